//! The header: who is there.

use super::{close, icons};
use crate::{
    dom::{El, button, el},
    state::App,
};

/// Name of the team, faces, whether somebody is there, and the way out.
pub fn header(app: App) -> El {
    let title = move || {
        app.appearance.with(|known| match known {
            Some(known) if known.config.title.is_empty() => known.business.clone(),
            Some(known) => known.config.title.clone(),
            None => String::new(),
        })
    };
    let is_online = move || app.appearance.with(|known| known.as_ref().map(|known| known.is_team_online));
    let state = move || match is_online() {
        Some(true) => app.texts.get().online.to_owned(),
        Some(false) => app.texts.get().away.to_owned(),
        None => String::new(),
    };
    let faces = move || {
        app.appearance.with(|known| {
            let team = known.as_ref().map(|known| known.team.as_slice()).unwrap_or_default();
            team.iter().take(3).map(|name| el("span").class("face").text(&initials(name))).collect()
        })
    };
    el("div")
        .class("head")
        .child(el("div").class("faces").attr("aria-hidden", "true").children_now(faces))
        .child(el("div").class("who").child(el("h2").text_now(title)).child(
            el("p").attr_now("class", move || (is_online() == Some(true)).then(|| "online".to_owned())).text_now(state),
        ))
        .child(
            button("plain close")
                .attr_words(app, "aria-label", |texts| texts.close)
                .attr_words(app, "title", |texts| texts.close)
                .picture(icons::DOWN)
                .on("click", move |_| close(app)),
        )
}

/// First letters of the first two words of a name; the stylesheet makes them large.
pub fn initials(name: &str) -> String {
    name.split(' ').filter_map(|word| word.chars().next()).take(2).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_the_first_letters() {
        assert_eq!(initials("Ana Ruiz"), "AR");
        assert_eq!(initials("Đức Văn Nguyễn"), "ĐV");
        assert_eq!(initials("  "), "");
    }
}
