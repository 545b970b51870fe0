//! Leads: contacts who may become customers, noticed in what they write.

use crate::{
    accounts::{Only, use_session},
    icons,
    shell::PageHead,
    ui::{Button, Empty, ErrorAlert, ListSkeleton, RelativeTime},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map};
use types::{
    Error, LeadId,
    accounts::Permission,
    leads::{Lead, LeadChange, LeadPage, LeadStage},
};

/// What is asked for, as the address says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Asked {
    stage: Option<LeadStage>,
    before: Option<LeadId>,
}

const fn stage_name(stage: LeadStage) -> &'static str {
    match stage {
        LeadStage::New => "New",
        LeadStage::Qualified => "Qualified",
        LeadStage::Converted => "Converted",
        LeadStage::Lost => "Lost",
    }
}

/// The list, at `/leads`.
#[component]
pub fn LeadsPage() -> impl IntoView {
    view! {
        <Title text="Leads" />
        <div class="page">
            <PageHead
                title="Leads"
                text="Visitors who gave an e-mail address or a phone number, or who want to buy. Omnichat notices them in what they write."
            />
            <Only may=Permission::ReadInbox verb="see" what="the leads">
                <Leads />
            </Only>
        </div>
    }
    .into_any()
}

#[component]
fn Leads() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| Asked {
            stage: query.get_str("stage").and_then(|stage| stage.parse().ok()),
            before: query.get_str("before").and_then(|id| id.parse().ok()),
        })
    });
    let page = Resource::new(
        move || asked.get(),
        |Asked { stage, before }| async move { (stage, before, api::leads::list_leads(stage, before).await) },
    );
    let content = move || {
        Suspend::new(async move {
            match page.await {
                (stage, before, Ok(page)) => view! { <Table asked=Asked { stage, before } page=page /> }.into_any(),
                (.., Err(error)) => {
                    let retry = Callback::new(move |()| page.refetch());
                    view! { <ErrorAlert error=error retry=retry /> }.into_any()
                }
            }
        })
    };
    view! {
        <Filter asked=asked />
        <Transition fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Transition>
    }
    .into_any()
}

/// The filter is an address: it works without JavaScript and can be kept.
#[component]
fn Filter(asked: Memo<Asked>) -> impl IntoView {
    let is_stage = move |stage: Option<LeadStage>| asked.with(|asked| asked.stage == stage);
    view! {
        <Form method="GET" action="/leads" attr:class="lead-filter" attr:role="search">
            <select class="select" name="stage" aria-label="Stage of the leads">
                <option value="" selected=move || is_stage(None)>"Every stage"</option>
                {LeadStage::ALL
                    .iter()
                    .map(|stage| {
                        let stage = *stage;
                        view! {
                            <option value=stage.as_str() selected=move || is_stage(Some(stage))>{stage_name(stage)}</option>
                        }
                    })
                    .collect_view()}
            </select>
            <Button submit=true>"Show"</Button>
        </Form>
    }
    .into_any()
}

#[component]
fn Table(asked: Asked, page: LeadPage) -> impl IntoView {
    let problem = RwSignal::new(None::<Error>);
    let is_later = asked.before.is_some();
    let stage = asked.stage.map_or("", LeadStage::as_str);
    let newest = format!("/leads?stage={stage}");
    let next = page.next.map(|before| format!("/leads?stage={stage}&before={before}"));
    if page.leads.is_empty() {
        let (title, text) = if asked == Asked::default() {
            (
                "No lead yet",
                "When a visitor leaves an e-mail address or a phone number, or wants to buy, it appears here.",
            )
        } else {
            ("No lead of this stage", "Choose another stage, or look at all.")
        };
        return view! {
            <Empty icon=icons::LEAD title=title text=text>
                {(asked != Asked::default()).then(|| view! { <a class="button button-secondary" href="/leads">"Show all"</a> })}
            </Empty>
        }
        .into_any();
    }
    view! {
        {move || problem.get().map(|error| view! { <ErrorAlert error=error /> })}
        <div class="sources-frame">
            <table class="sources-table leads-table" aria-label="Leads">
                <thead>
                    <tr>
                        <th scope="col">"Contact"</th>
                        <th scope="col" class="is-wide">"Wants"</th>
                        <th scope="col">"Stage"</th>
                        <th scope="col" class="is-number is-wide">"Noticed"</th>
                    </tr>
                </thead>
                <tbody>
                    {page.leads.into_iter().map(|lead| view! { <Row lead=lead problem=problem /> }).collect_view()}
                </tbody>
            </table>
        </div>
        {(next.is_some() || is_later)
            .then(|| {
                view! {
                    <nav class="pager" aria-label="Pages">
                        {is_later.then(|| view! { <a class="button button-quiet" href=newest>"Newest"</a> })}
                        {next.map(|next| view! { <a class="button button-secondary" href=next>"Older"</a> })}
                    </nav>
                }
            })}
    }
    .into_any()
}

#[component]
fn Row(lead: Lead, problem: RwSignal<Option<Error>>) -> impl IntoView {
    let name = lead.contact_name.clone();
    // The conversation shows the contact beside it.
    let who = match lead.conversation_id {
        Some(id) => view! {
            <a class="source-name" href=format!("/inbox/{id}")><bdi>{name}</bdi></a>
        }
        .into_any(),
        None => view! { <span class="source-name"><bdi>{name}</bdi></span> }.into_any(),
    };
    let mails = lead.emails.iter().map(|email| (format!("mailto:{email}"), email.clone()));
    let calls = lead.phones.iter().map(|phone| {
        let digits: String = phone.chars().filter(|char| char.is_ascii_digit() || *char == '+').collect();
        (format!("tel:{digits}"), phone.clone())
    });
    let ways: Vec<_> = mails.chain(calls).map(|(href, text)| view! { <a href=href><bdi>{text}</bdi></a> }).collect();
    view! {
        <tr data-testid="lead">
            <th scope="row">
                <div class="source-words">
                    {who}
                    <span class="lead-ways">{ways}</span>
                </div>
            </th>
            <td class="is-wide" dir="auto">{lead.intent.clone()}</td>
            <td><Stage lead=lead.clone() problem=problem /></td>
            <td class="is-number is-wide"><RelativeTime at=lead.created_at /></td>
        </tr>
    }
    .into_any()
}

#[component]
fn Stage(lead: Lead, problem: RwSignal<Option<Error>>) -> impl IntoView {
    let session = use_session();
    let (id, label) = (lead.id, format!("Stage of {}", lead.contact_name));
    let stage = RwSignal::new(lead.stage);
    let choose = move |event| {
        let Ok(wanted) = event_target_value(&event).parse::<LeadStage>() else { return };
        let before = stage.get_untracked();
        stage.set(wanted);
        problem.set(None);
        spawn_local(async move {
            if let Err(error) = api::leads::change_lead(id, LeadChange { stage: wanted }).await {
                let _ = stage.try_set(before);
                let _ = problem.try_set(Some(error));
            }
        });
    };
    view! {
        <select
            class="select lead-stage"
            aria-label=label
            disabled=move || !session.may(Permission::WorkInbox)
            prop:value=move || stage.get().as_str()
            on:change=choose
        >
            {LeadStage::ALL
                .iter()
                .map(|each| {
                    view! { <option value=each.as_str() selected=move || stage.get() == *each>{stage_name(*each)}</option> }
                })
                .collect_view()}
        </select>
    }
    .into_any()
}
