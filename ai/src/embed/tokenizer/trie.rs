//! The pieces of a vocabulary as a tree of their bytes, in about nine bytes a node.
//!
//! The children of a node lie side by side, in the order of their bytes, and the nodes level by level: so a node needs
//! no more than the place of its first child, and ends where the next node's children begin.

/// Not a piece.
const NONE: u32 = u32::MAX;

/// Where a walk begins.
pub(super) const ROOT: usize = 0;

/// The tree. Node 0 is the root.
pub(super) struct Trie {
    /// The byte that leads to each node.
    bytes: Vec<u8>,
    /// Each node's first child, and behind the last node the number of nodes.
    children: Vec<u32>,
    /// The number of the piece that ends at each node.
    pieces: Vec<u32>,
}

impl Trie {
    /// The tree of pieces by their numbers; of two that are the same, the later one counts. None when there are more
    /// nodes than numbers for them.
    pub(super) fn new(pieces: &[impl AsRef<[u8]>]) -> Option<Self> {
        let mut sorted: Vec<(&[u8], u32)> = Vec::with_capacity(pieces.len());
        for (number, piece) in pieces.iter().enumerate() {
            sorted.push((piece.as_ref(), u32::try_from(number).ok().filter(|number| *number != NONE)?));
        }
        sorted.sort_unstable();
        let mut trie = Self { bytes: vec![0], children: Vec::new(), pieces: vec![NONE] };
        // Of each node of a level the pieces below it.
        let mut level = vec![sorted.as_slice()];
        let mut depth = 0;
        let mut node = 0;
        while !level.is_empty() {
            let mut next = Vec::new();
            for below in level {
                trie.children.push(u32::try_from(trie.bytes.len()).ok()?);
                let ending = below.partition_point(|(piece, _)| piece.len() == depth);
                let (ending, mut longer) = below.split_at_checked(ending)?;
                if let (Some((_, piece)), Some(place)) = (ending.last(), trie.pieces.get_mut(node)) {
                    *place = *piece;
                }
                while let Some(byte) = longer.first().and_then(|(piece, _)| piece.get(depth).copied()) {
                    let same = longer.partition_point(|(piece, _)| piece.get(depth) == Some(&byte));
                    let (with_it, others) = longer.split_at_checked(same)?;
                    trie.bytes.push(byte);
                    trie.pieces.push(NONE);
                    next.push(with_it);
                    longer = others;
                }
                node += 1;
            }
            level = next;
            depth += 1;
        }
        trie.children.push(u32::try_from(trie.bytes.len()).ok()?);
        trie.bytes.shrink_to_fit();
        trie.children.shrink_to_fit();
        trie.pieces.shrink_to_fit();
        Some(trie)
    }

    /// The node that a byte leads to from a node.
    pub(super) fn step(&self, node: usize, byte: u8) -> Option<usize> {
        let first = usize::try_from(*self.children.get(node)?).ok()?;
        let end = usize::try_from(*self.children.get(node + 1)?).ok()?;
        self.bytes.get(first..end)?.binary_search(&byte).ok().map(|place| first + place)
    }

    /// The piece that ends at a node.
    pub(super) fn piece(&self, node: usize) -> Option<u32> {
        self.pieces.get(node).copied().filter(|piece| *piece != NONE)
    }

    /// The number of a piece.
    pub(super) fn number(&self, piece: &[u8]) -> Option<u32> {
        let mut node = ROOT;
        for byte in piece {
            node = self.step(node, *byte)?;
        }
        self.piece(node)
    }

    /// The bytes of a piece; slow.
    pub(super) fn bytes_of(&self, piece: u32) -> Option<Vec<u8>> {
        let mut node = self.pieces.iter().position(|found| *found == piece)?;
        let mut bytes = Vec::new();
        while node != ROOT {
            bytes.push(*self.bytes.get(node)?);
            let child = u32::try_from(node).ok()?;
            node = self.children.partition_point(|first| *first <= child).checked_sub(1)?;
        }
        bytes.reverse();
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_is_found_and_nothing_else() {
        let pieces = ["▁", "a", "ab", "abc", "b", "▁a", "▁zebra", "é", "ab", ""];
        let trie = Trie::new(&pieces).unwrap();
        for (number, piece) in pieces.iter().enumerate() {
            let number = u32::try_from(if *piece == "ab" { 8 } else { number }).unwrap();
            assert_eq!(trie.number(piece.as_bytes()), Some(number), "{piece}");
            assert_eq!(trie.bytes_of(number), Some(piece.as_bytes().to_vec()));
        }
        for other in ["▁z", "abcd", "c", "z", "\u{2580}"] {
            assert_eq!(trie.number(other.as_bytes()), None, "{other}");
        }
        assert_eq!(trie.bytes_of(2), None, "the later of two counts");
        assert_eq!(trie.bytes_of(100), None);
        let empty = Trie::new(&[""; 0]).unwrap();
        assert_eq!((empty.number(b"a"), empty.number(b"")), (None, None));
    }
}
