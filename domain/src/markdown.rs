//! Markdown to HTML that is safe to show, so that no browser needs a parser.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
use std::{collections::HashSet, sync::LazyLock};

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .add_tags(["p", "br", "strong", "em", "del", "code", "pre", "ul", "ol", "li", "blockquote", "a", "h3", "h4"])
        .add_tags(["table", "thead", "tbody", "tr", "th", "td"])
        .add_tag_attributes("a", ["href"])
        .add_tag_attributes("ol", ["start"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    cleaner
});

/// HTML of a Markdown text: few elements, no images, links to the web, mail
/// and telephone alone. Raw HTML in the text is shown as text.
#[must_use]
pub fn to_html(markdown: &str) -> String {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let mut in_image = 0_u32;
    let events = Parser::new_ext(markdown, options).filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::SoftBreak => Some(Event::HardBreak),
        Event::Start(Tag::Image { .. }) => {
            in_image += 1;
            None
        }
        Event::End(TagEnd::Image) => {
            in_image = in_image.saturating_sub(1);
            None
        }
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Heading {
            level: pulldown_cmark::HeadingLevel::H4,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Heading(pulldown_cmark::HeadingLevel::H4))),
        other => Some(other),
    });
    let mut unsafe_html = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut unsafe_html, events);
    CLEANER.clean(&unsafe_html).to_string()
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn hostile_markdown_stays_text() {
        let html = to_html(
            "<b>Hi</b> <script>alert(1)</script> [x](javascript:alert(1)) ![i](http://t/x.png) **ok** [1]\n<img src=x onerror=alert(1)>",
        );
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("href=\"javascript"), "{html}");
        assert!(html.contains("<strong>ok</strong>") && html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn links_open_safely() {
        let html = to_html("[site](https://example.com)");
        assert!(html.contains("noopener") && html.contains("target=\"_blank\""), "{html}");
    }
}
