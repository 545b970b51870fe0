//! The header: who is there.

use super::{close, icons};
use crate::state::App;
use leptos::prelude::*;

/// Name of the team, faces, whether somebody is there, and the way out.
pub fn header(app: App) -> impl IntoView {
    let title = move || {
        app.appearance.with(|appearance| match appearance {
            Some(appearance) if appearance.config.title.is_empty() => appearance.business.clone(),
            Some(appearance) => appearance.config.title.clone(),
            None => String::new(),
        })
    };
    let is_online = move || app.appearance.with(|appearance| appearance.as_ref().map(|known| known.is_team_online));
    let state = move || match is_online() {
        Some(true) => app.texts.get().online,
        Some(false) => app.texts.get().away,
        None => "",
    };
    let faces = move || {
        let team = app.appearance.with(|known| known.as_ref().map(|known| known.team.clone()).unwrap_or_default());
        team.into_iter().take(3).map(|name| view! { <span class="face">{initials(&name)}</span> }).collect_view()
    };
    view! {
        <header>
            <div class="faces" aria-hidden="true">{faces}</div>
            <div class="who">
                <h2>{title}</h2>
                <p class:online=move || is_online() == Some(true)>{state}</p>
            </div>
            <button
                type="button"
                class="plain close"
                aria-label=move || app.texts.get().close
                title=move || app.texts.get().close
                on:click=move |_| close(app)
                inner_html=icons::DOWN
            ></button>
        </header>
    }
}

/// First letters of the first two words of a name.
pub fn initials(name: &str) -> String {
    name.split_whitespace().take(2).filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_the_first_letters() {
        assert_eq!(initials("Ana Ruiz"), "AR");
        assert_eq!(initials("nguyễn văn đức"), "NV");
        assert_eq!(initials(" "), "");
    }
}
