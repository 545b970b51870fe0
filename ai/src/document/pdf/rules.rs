//! Lines that are drawn on a page, for they divide tables; and how much of it is pictures.

use super::page::{Area, Turn, View};
use pdfium_render::prelude::{
    PdfMatrix, PdfPage, PdfPageObject, PdfPageObjectCommon as _, PdfPageObjectsCommon as _, PdfPagePathObject,
    PdfPathFillMode, PdfPathSegmentType, PdfPathSegments as _,
};

/// How thick a box may be to be a line.
const THICKEST: f32 = 3.0;
/// How long a line is at least.
const SHORTEST: f32 = 8.0;
/// Objects of a page that are looked at.
const OBJECTS: usize = 20_000;
/// Lines of a page at most: with more it is a drawing.
const RULES: usize = 4_000;
/// Points of one path that are looked at.
const POINTS: u32 = 2_000;
/// How deep objects are within each other.
const DEPTH: usize = 4;

/// A line, across or down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Where it is.
    pub area: Area,
}

impl Rule {
    /// It goes from left to right.
    pub const fn is_across(&self) -> bool {
        self.area.width() >= self.area.height()
    }

    /// The same for the reader of turned text.
    pub const fn turned(&self, turn: Turn, size: (f32, f32)) -> Self {
        Self { area: turn.upright(&self.area, size) }
    }
}

/// What is drawn on a page.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// Lines.
    pub rules: Vec<Rule>,
    /// How much of it is pictures, in square points.
    pub pictures: f32,
    looked_at: usize,
}

/// Reads what is drawn.
pub(super) fn read(page: &PdfPage<'_>, view: &View) -> Drawn {
    let mut drawn = Drawn::default();
    for object in page.objects().iter() {
        look_at(&object, view, None, 0, &mut drawn);
    }
    if drawn.rules.len() > RULES {
        drawn.rules.clear();
    }
    drawn
}

fn look_at(object: &PdfPageObject<'_>, view: &View, around: Option<PdfMatrix>, depth: usize, drawn: &mut Drawn) {
    drawn.looked_at += 1;
    if drawn.looked_at > OBJECTS {
        return;
    }
    match object {
        PdfPageObject::Image(image) => {
            if let Ok(bounds) = image.bounds() {
                let bounds = around.map_or(bounds, |around| bounds.transform(around));
                let area = view.area(&bounds.to_rect());
                drawn.pictures += area.width() * area.height();
            }
        }
        PdfPageObject::Path(path) => lines(path, view, around, drawn),
        PdfPageObject::XObjectForm(form) if depth < DEPTH => {
            let Ok(inner) = form.matrix() else { return };
            let around = around.map_or(inner, |around| inner.multiply(around));
            for index in 0..form.len() {
                if let Ok(object) = form.get(index) {
                    look_at(&object, view, Some(around), depth + 1, drawn);
                }
            }
        }
        _ => {}
    }
}

/// Lines of a path: those that are drawn along it, and boxes that are as thin as lines.
fn lines(path: &PdfPagePathObject<'_>, view: &View, around: Option<PdfMatrix>, drawn: &mut Drawn) {
    let is_stroked = path.is_stroked().unwrap_or(false);
    let is_filled = path.fill_mode().is_ok_and(|mode| mode != PdfPathFillMode::None);
    if !is_stroked && !is_filled {
        return;
    }
    let (Ok(bounds), Ok(matrix)) = (path.bounds(), path.matrix()) else { return };
    let bounds = around.map_or(bounds, |around| bounds.transform(around));
    let area = view.area(&bounds.to_rect());
    let is_thin = area.width().min(area.height()) <= THICKEST;
    if is_thin {
        if area.width().max(area.height()) >= SHORTEST {
            drawn.rules.push(Rule { area });
        }
        return;
    }
    let segments = path.segments();
    if segments.len() > POINTS {
        return;
    }
    if !is_stroked {
        // A coloured box ends where its colour does: rows of a table are often marked so.
        if segments.len() <= 6 {
            edges(&area, drawn);
        }
        return;
    }
    let matrix = around.map_or(matrix, |around| matrix.multiply(around));
    let (mut first, mut last) = ((0.0, 0.0), (0.0, 0.0));
    for index in 0..segments.len() {
        let Ok(segment) = segments.get(index) else { continue };
        let (x, y) = segment.point();
        let (x, y) = matrix.apply_to_points(x, y);
        let point = (x.value, y.value);
        match segment.segment_type() {
            PdfPathSegmentType::MoveTo => first = point,
            PdfPathSegmentType::LineTo => push(view.line(last, point), drawn),
            _ => {}
        }
        if segment.is_close() {
            push(view.line(point, first), drawn);
        }
        last = point;
    }
}

fn edges(area: &Area, drawn: &mut Drawn) {
    let Area { left, top, right, bottom } = *area;
    push(Area { bottom: top, ..*area }, drawn);
    push(Area { top: bottom, ..*area }, drawn);
    push(Area { right: left, ..*area }, drawn);
    push(Area { left: right, ..*area }, drawn);
}

fn push(area: Area, drawn: &mut Drawn) {
    let (short, long) = (area.width().min(area.height()), area.width().max(area.height()));
    if short <= 1.0 && long >= SHORTEST && drawn.rules.len() <= RULES {
        drawn.rules.push(Rule { area });
    }
}
