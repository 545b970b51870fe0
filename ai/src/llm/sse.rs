//! Server-sent events: bytes in any pieces in, whole `data` fields out.

/// Bytes of one event at most.
const EVENT_BYTES: usize = 256 * 1024;

/// An event that never ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// Puts events together from what comes over the wire.
#[derive(Debug, Default)]
pub(super) struct Reader {
    line: Vec<u8>,
    data: Option<String>,
    /// The last byte was a carriage return, so a line feed now belongs to it.
    after_return: bool,
}

impl Reader {
    /// Takes bytes in; gives the data of the events that are whole with them.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, TooLong> {
        let mut events = Vec::new();
        for byte in bytes {
            let after_return = std::mem::replace(&mut self.after_return, *byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\n' | b'\r' => self.end_line(&mut events),
                other => self.line.push(*other),
            }
            if self.line.len() + self.data.as_ref().map_or(0, String::len) > EVENT_BYTES {
                return Err(TooLong);
            }
        }
        Ok(events)
    }

    fn end_line(&mut self, events: &mut Vec<String>) {
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        if line.is_empty() {
            events.extend(self.data.take());
            return;
        }
        // Comments and other fields are of no interest.
        let Some(value) = line.strip_prefix("data:") else { return };
        let value = value.strip_prefix(' ').unwrap_or(value);
        match &mut self.data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => self.data = Some(value.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_the_same_however_they_are_cut() {
        let text =
            "\u{feff}: hi\r\ndata: {\"a\":\"ü🙂\"}\r\n\r\nevent: x\ndata:one\ndata: two\n\nid: 3\n\ndata: [DONE]\r\r";
        let expected = ["{\"a\":\"ü🙂\"}", "one\ntwo", "[DONE]"];
        for step in 1..text.len() {
            let mut reader = Reader::default();
            let events: Vec<String> =
                text.as_bytes().chunks(step).flat_map(|piece| reader.push(piece).unwrap()).collect();
            assert_eq!(events, expected, "in pieces of {step}");
        }
        assert_eq!(Reader::default().push(&vec![b'x'; EVENT_BYTES + 1]), Err(TooLong));
    }
}
