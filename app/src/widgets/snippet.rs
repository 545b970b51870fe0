//! The line to paste, and whether a page with it was seen.

use crate::{
    icons::{self, Icon},
    realtime::Realtime,
    ui::CopyButton,
};
use leptos::prelude::*;
use std::time::Duration;
use types::{WidgetId, realtime::Event, widgets::Widget};

/// How often we ask while no page was seen, should the socket be away.
const ASK_AGAIN: Duration = Duration::from_secs(3);

/// The line, with a button that copies it.
#[component]
pub fn Snippet(
    /// The line.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="snippet">
            <pre class="snippet-code" data-testid="snippet" tabindex="0" aria-label="Snippet" dir="ltr"><code>{text}</code></pre>
            <CopyButton text=text label="Copy the snippet" />
        </div>
    }
}

/// Whether a page with the widget's snippet was seen; turns true by itself.
#[must_use]
pub fn watch_installed(widget: &Widget) -> RwSignal<bool> {
    let installed = RwSignal::new(widget.is_installed);
    let id = widget.id;
    let realtime = use_context::<Realtime>();
    Effect::new(move |started: Option<()>| {
        if started.is_some() || installed.get_untracked() {
            return;
        }
        if let Some(realtime) = realtime {
            let news = realtime.subscribe(None, move |_, event| {
                if matches!(event, Event::WidgetInstalled { widget_id } if *widget_id == id) {
                    installed.set(true);
                }
            });
            on_cleanup(move || news.end());
        }
        let asking = set_interval_with_handle(move || ask(id, installed), ASK_AGAIN);
        on_cleanup(move || {
            if let Ok(asking) = asking {
                asking.clear();
            }
        });
    });
    installed
}

fn ask(id: WidgetId, installed: RwSignal<bool>) {
    if installed.try_get_untracked() != Some(false) || document().hidden() {
        return;
    }
    leptos::task::spawn_local(async move {
        // A failed call is no news; the next one comes in three seconds.
        if let Ok(widgets) = api::widgets::list_widgets().await
            && widgets.iter().any(|widget| widget.id == id && widget.is_installed)
        {
            installed.try_set(true);
        }
    });
}

/// Waiting for the first page, or green.
#[component]
pub fn InstallStatus(
    /// A page was seen.
    installed: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <div class="install-status" class:install-seen=move || installed.get() role="status" data-testid="installed" data-installed=move || installed.get().to_string()>
            {move || {
                if installed.get() {
                    view! {
                        <span class="install-mark"><Icon path=icons::CHECK /></span>
                        <span><strong>"Your widget is on your site."</strong>" We have seen the first page with it."</span>
                    }
                        .into_any()
                } else {
                    view! {
                        <span class="install-mark install-waiting" aria-hidden="true"></span>
                        <span>"Waiting for the first page with the snippet. Open your site; this turns green by itself."</span>
                    }
                        .into_any()
                }
            }}
        </div>
    }
}
