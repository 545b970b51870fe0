//! Lists in parts. A cursor names the last thing of a part; it is opaque to
//! clients and checked when it comes back.

use super::Problem;
use axum::Json;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use types::{
    Error, Result,
    rest::{DEFAULT_PAGE, PAGE, Page},
};
use utoipa::IntoParams;
use uuid::Uuid;

/// A page of a list, or why there is none.
pub type Listed<T> = Result<Json<Page<T>>, Problem>;

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Most things on the page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    /// Reads the two parameters.
    ///
    /// # Errors
    /// When the limit is out of bounds or the cursor is not one of this list.
    pub fn read(&self, list: List) -> Result<Part> {
        Part::new(list, self.limit, self.cursor.as_deref())
    }
}

/// Which list a cursor belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Contacts = 1,
    Conversations,
    Messages,
    Sources,
    Passages,
    Widgets,
    Keys,
    Tenants,
    Gaps,
    Reviews,
    Tests,
    Products,
    Intents,
    Leads,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    list: List,
    limit: u32,
    /// The last thing of the part before.
    pub after: Option<Uuid>,
}

impl Part {
    /// Checks what a client sent.
    ///
    /// # Errors
    /// When the limit is out of bounds or the cursor is not one of this list.
    pub fn new(list: List, limit: Option<u32>, cursor: Option<&str>) -> Result<Self> {
        let limit = limit.unwrap_or(DEFAULT_PAGE);
        if !(1..=PAGE).contains(&limit) {
            return Err(Error::invalid(format!("The limit must be between 1 and {PAGE}.")).field("limit"));
        }
        let after = cursor.map(|cursor| decode(list, cursor)).transpose()?;
        Ok(Self { list, limit, after })
    }

    /// How many things to read: one more, to know whether there are more.
    #[must_use]
    pub const fn wanted(&self) -> u32 {
        self.limit + 1
    }

    /// The page of what was read.
    pub fn page<T>(&self, mut data: Vec<T>, id: impl Fn(&T) -> Uuid) -> Json<Page<T>> {
        let most = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = data.len() > most;
        data.truncate(most);
        let next_cursor = data.last().filter(|_| has_more).map(|last| encode(self.list, id(last)));
        Json(Page { data, next_cursor })
    }

    /// The cursor that leads on from a thing.
    pub fn cursor(&self, last: Uuid) -> String {
        encode(self.list, last)
    }

    /// The page out of a whole list that is short.
    pub fn page_of<T>(&self, all: Vec<T>, id: impl Fn(&T) -> Uuid) -> Json<Page<T>> {
        let wanted = usize::try_from(self.wanted()).unwrap_or(usize::MAX);
        let mut rest = all.into_iter();
        if let Some(after) = self.after {
            // Whoever was last on the page before; when it is gone, the list has ended.
            let _passed = rest.find(|thing| id(thing) == after);
        }
        self.page(rest.take(wanted).collect(), id)
    }
}

fn encode(list: List, id: Uuid) -> String {
    let mut bytes = vec![list as u8];
    bytes.extend_from_slice(id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(list: List, cursor: &str) -> Result<Uuid> {
    let wrong = || Error::invalid("This cursor is not one of this list. Begin again without it.").field("cursor");
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| wrong())?;
    match bytes.split_first() {
        Some((kind, id)) if *kind == list as u8 => Uuid::from_slice(id).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_belongs_to_its_list() {
        let id = Uuid::now_v7();
        let cursor = encode(List::Contacts, id);
        assert_eq!(Part::new(List::Contacts, None, Some(&cursor)).unwrap().after, Some(id));
        assert!(Part::new(List::Sources, None, Some(&cursor)).is_err());
        for wrong in ["", "x", "AQ", "!!!!", "AQAA"] {
            assert!(Part::new(List::Contacts, None, Some(wrong)).is_err(), "{wrong}");
        }
        assert!(Part::new(List::Contacts, Some(0), None).is_err());
        assert!(Part::new(List::Contacts, Some(101), None).is_err());
    }

    #[test]
    fn fuzz_cursors() {
        let cursor = encode(List::Contacts, Uuid::now_v7());
        fuzz::fuzz("cursors", &[cursor.as_bytes(), b"AQ=="], &["=", "-", "_", "+"], |input| {
            let text = &*fuzz::text(input);
            if let Ok(id) = decode(List::Contacts, text) {
                assert_eq!(encode(List::Contacts, id), text, "one place has two cursors");
            }
        });
    }
}
