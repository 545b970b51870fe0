//! In which order the shapes of a slide are read: what stands close together is read together.

/// Shapes that are put in order; more are read as they are stored.
const MOST: usize = 1_000;

/// Where a shape is, in any unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The shapes in the order in which they are read.
pub(super) fn sorted<S>(mut shapes: Vec<(Area, S)>) -> Vec<S> {
    if shapes.len() <= MOST {
        shapes = cut(shapes, 0);
    }
    shapes.into_iter().map(|(_, shape)| shape).collect()
}

/// Cuts shapes apart where the widest gap goes through all of them, from side to side or from above to below.
fn cut<S>(mut shapes: Vec<(Area, S)>, depth: usize) -> Vec<(Area, S)> {
    if shapes.len() < 2 || depth > 60 {
        return shapes;
    }
    let rows = gap(&shapes, |area| (area.top, area.top + area.height));
    let columns = gap(&shapes, |area| (area.left, area.left + area.width));
    let (before, after): (Vec<_>, Vec<_>) = match (rows, columns) {
        (Some((row, at)), Some((column, _))) if row >= column => {
            shapes.into_iter().partition(|(area, _)| area.top < at)
        }
        (Some((_, at)), None) => shapes.into_iter().partition(|(area, _)| area.top < at),
        (_, Some((_, at))) => shapes.into_iter().partition(|(area, _)| area.left < at),
        (None, None) => {
            // They overlap: from above to below.
            shapes.sort_by(|(one, _), (other, _)| one.top.total_cmp(&other.top).then(one.left.total_cmp(&other.left)));
            return shapes;
        }
    };
    if before.is_empty() || after.is_empty() {
        return before.into_iter().chain(after).collect();
    }
    cut(before, depth + 1).into_iter().chain(cut(after, depth + 1)).collect()
}

/// The widest gap between shapes along one side, and where what follows it begins.
fn gap<S>(shapes: &[(Area, S)], side: impl Fn(&Area) -> (f64, f64)) -> Option<(f64, f64)> {
    let mut sides: Vec<(f64, f64)> = shapes.iter().map(|(area, _)| side(area)).collect();
    sides.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut end = f64::NEG_INFINITY;
    let mut widest: Option<(f64, f64)> = None;
    for (begin, until) in sides {
        // Boxes that touch, or overlap by a hair, stand side by side.
        let slack = 0.02 * (until - begin).abs();
        if end.is_finite() && begin + slack >= end && widest.is_none_or(|(width, _)| begin - end > width) {
            widest = Some((begin - end, begin));
        }
        end = end.max(until);
    }
    widest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(shapes: &[(&'static str, [f64; 4])]) -> Vec<&'static str> {
        let area = |[left, top, width, height]: [f64; 4]| Area { left, top, width, height };
        sorted(shapes.iter().map(|(name, place)| (area(*place), *name)).collect())
    }

    #[test]
    fn columns_and_rows_are_read_as_they_stand() {
        let columns = [
            ("b", [60.0, 20.0, 40.0, 10.0]),
            ("b text", [60.0, 32.0, 40.0, 50.0]),
            ("a", [0.0, 20.0, 40.0, 10.0]),
            ("a text", [0.0, 32.0, 40.0, 50.0]),
        ];
        assert_eq!(order(&columns), ["a", "a text", "b", "b text"]);
        let rows = [
            ("d", [50.0, 60.0, 48.0, 10.0]),
            ("c", [0.0, 60.0, 48.0, 10.0]),
            ("b", [50.0, 0.0, 48.0, 10.0]),
            ("a", [0.0, 0.0, 48.0, 10.0]),
        ];
        assert_eq!(order(&rows), ["a", "b", "c", "d"]);
        let over = [("b", [5.0, 5.0, 50.0, 50.0]), ("a", [0.0, 0.0, 50.0, 50.0])];
        assert_eq!(order(&over), ["a", "b"]);
    }
}
