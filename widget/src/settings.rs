//! What the loader hands over: which widget this is and how it looks.

use crate::color::Palette;
use js_sys::Reflect;
use types::WidgetId;
use wasm_bindgen::{JsCast, JsError, JsValue};

/// The settings of the widget on this page.
#[derive(Debug)]
pub struct Settings {
    /// Address of the server, without a slash at the end.
    pub server: String,
    /// The widget.
    pub widget: WidgetId,
    /// Colours made from the brand colour.
    pub palette: Palette,
    /// The launcher sits in the left corner.
    pub is_left: bool,
    /// `auto`, `light` or `dark`.
    pub theme: String,
    /// Language picked by the loader, two letters.
    pub locale: String,
    /// Where this widget keeps its things in the browser's storage.
    pub key: String,
}

impl Settings {
    /// Reads the object that the loader passes.
    ///
    /// # Errors
    /// When the widget's id is no id.
    pub fn read(object: &JsValue) -> Result<Self, JsError> {
        let text = |name: &str| {
            let value = Reflect::get(object, &JsValue::from_str(name)).ok();
            value.and_then(|value| value.as_string()).unwrap_or_default()
        };
        let widget = text("widget");
        let Ok(id) = widget.parse() else { return Err(JsError::new("The widget's id is not valid.")) };
        let key = text("key");
        Ok(Self {
            server: text("server").trim_end_matches('/').to_owned(),
            widget: id,
            palette: Palette::of(&text("color")),
            is_left: text("position") == "left",
            theme: text("theme"),
            locale: text("locale"),
            key: if key.is_empty() { ["omnichat:", &widget].concat() } else { key },
        })
    }
}

/// A plain JavaScript object of these properties.
#[must_use]
pub fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in properties {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.unchecked_into()
}
