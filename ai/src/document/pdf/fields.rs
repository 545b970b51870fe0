//! Fields of forms: their values stand where a reader sees them, after their printed label or their name.

use super::{
    page::{Area, Turn, View},
    segments::Segment,
};
use crate::document::one_line;
use pdfium_render::prelude::{PdfFormField, PdfFormFieldCommon as _, PdfPage, PdfPageAnnotationCommon as _};

/// Fields of a page that are read.
const FIELDS: usize = 2_000;
/// How far a label may be from its field.
const NEAR: f32 = 220.0;

/// A field with something in it.
#[derive(Debug)]
pub(super) struct Field {
    area: Area,
    name: String,
    value: String,
    /// It is a box with or without a mark, whose label stands behind it.
    is_box: bool,
}

/// The fields of a page.
pub(super) fn read(page: &PdfPage<'_>, view: &View) -> Vec<Field> {
    let mut fields = Vec::new();
    for annotation in page.annotations().iter().take(FIELDS) {
        let Some(field) = annotation.as_form_field() else { continue };
        if annotation.is_hidden() {
            continue;
        }
        let Ok(bounds) = annotation.bounds() else { continue };
        let is_marked =
            |state: Option<String>| state.is_some_and(|state| !matches!(state.trim_matches('/'), "" | "Off"));
        let (value, is_box) = match field {
            PdfFormField::Text(text) if !text.is_password() => (text.value().map(|value| plain(&value)), false),
            PdfFormField::ComboBox(list) => (list.value(), false),
            PdfFormField::ListBox(list) => (list.value(), false),
            PdfFormField::Checkbox(mark) => (Some(sign(is_marked(mark.appearance_stream()))), true),
            PdfFormField::RadioButton(mark) => (Some(sign(is_marked(mark.appearance_stream()))), true),
            _ => (None, false),
        };
        let value = value.map(|value| value.lines().map(one_line).collect::<Vec<_>>().join(" ")).unwrap_or_default();
        if value.trim().is_empty() {
            continue;
        }
        let name = name(&field.name().unwrap_or_default());
        fields.push(Field { area: view.area(&bounds), name, value: one_line(&value), is_box });
    }
    fields
}

fn sign(is_marked: bool) -> String {
    if is_marked { "☑" } else { "☐" }.to_owned()
}

/// A rich value without its tags.
fn plain(value: &str) -> String {
    if !value.trim_start().starts_with('<') {
        return value.to_owned();
    }
    let mut text = String::new();
    let mut is_tag = false;
    for letter in value.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if !is_tag => text.push(letter),
            _ => {}
        }
    }
    text
}

/// A name that a person can read: the last part, without its number.
fn name(full: &str) -> String {
    let last = full.rsplit('.').next().unwrap_or(full);
    let last = last.split('[').next().unwrap_or(last).replace('_', " ");
    one_line(&last)
}

/// Fields as pieces of lines.
pub(super) fn segments(fields: Vec<Field>, printed: &[Segment], turn: Turn, size: (f32, f32)) -> Vec<Segment> {
    let fields: Vec<Field> =
        fields.into_iter().map(|field| Field { area: turn.upright(&field.area, size), ..field }).collect();
    let mut segments = Vec::new();
    for field in &fields {
        let height = field.area.height();
        // The line that a value stands on is that of the label beside it.
        let is_beside = |segment: &&Segment| {
            let shared = segment.body().shares_height(&field.area) > 0.4;
            let (before, behind) = (field.area.left - segment.area.right, segment.area.left - field.area.right);
            let gap = if field.is_box { before.max(behind) } else { before };
            shared && gap > -4.0 && gap < if field.is_box { 60.0 } else { NEAR }
        };
        let nearest = |one: &&Segment, other: &&Segment| {
            let gap = |segment: &Segment| (segment.area.left - field.area.left).abs();
            gap(one).total_cmp(&gap(other))
        };
        let beside = printed.iter().filter(is_beside).min_by(nearest);
        let above = printed.iter().any(|segment| {
            let gap = field.area.top - segment.base;
            gap > -4.0
                && gap < 14.0
                && segment.area.left < field.area.right
                && segment.area.right > field.area.left - 4.0
        });
        let letters = beside.map_or_else(|| (height * 0.7).clamp(6.0, 12.0), |segment| segment.size);
        let base = beside.map_or_else(
            || if height > 2.5 * letters { field.area.top + letters } else { field.area.bottom - 0.25 * height },
            |segment| segment.base,
        );
        let needs_name = beside.is_none() && !above && field.name.chars().any(char::is_alphabetic);
        let text = if needs_name { format!("{}: {}", field.name, field.value) } else { field.value.clone() };
        segments.push(Segment {
            text,
            area: Area { bottom: base + 0.2 * letters, top: base - 0.8 * letters, ..field.area },
            base,
            size: letters,
            largest: letters,
            is_field: true,
            first: field.area.width(),
            place: usize::MAX,
            ..Segment::default()
        });
    }
    segments
}
