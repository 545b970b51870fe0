//! Knowledge › Products: what the business sells, for the AI to tell about.

mod form;
mod import;
mod row;

use crate::{
    accounts::{Only, use_session},
    icons::{self, Icon},
    knowledge::KnowledgeTabs,
    realtime::Realtime,
    shell::PageHead,
    ui::{Button, ButtonKind, Empty, ErrorAlert, ListSkeleton},
};
use form::ProductForm;
use import::ImportProducts;
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map};
use row::ProductRow;
use std::collections::HashMap;
use types::{
    Error, ProductId, SourceId,
    accounts::Permission,
    knowledge::SourceStatus,
    products::{Product, ProductPage},
    realtime::Event,
};

/// The products as the page shows them.
#[derive(Clone, Copy)]
struct Products {
    list: RwSignal<Vec<Product>>,
    total: RwSignal<i64>,
    next: RwSignal<Option<ProductId>>,
    /// The one whose form is open; none of them for a new one.
    editing: RwSignal<Option<Option<ProductId>>>,
    problem: RwSignal<Option<Error>>,
    heard: Heard,
}

/// How the learning of sources was last heard to stand. The news of a quick one is here before the answer to the
/// call that began it, or before the list that was read meanwhile.
#[derive(Clone, Copy)]
struct Heard(StoredValue<HashMap<SourceId, SourceStatus>>);

/// Sources whose news are kept.
const HEARD: usize = 256;

impl Heard {
    /// Listens as long as the page is there.
    fn start() -> Self {
        let heard = Self(StoredValue::new(HashMap::new()));
        if let Some(realtime) = use_context::<Realtime>() {
            Effect::new(move || {
                let news = realtime.subscribe(None, move |_, event| {
                    if let Event::SourceUpdated { source } = event {
                        heard.note(source.id, source.status);
                    }
                });
                on_cleanup(move || news.end());
            });
            // Too much was missed: what was heard before says nothing any more.
            Effect::new(move || {
                realtime.reloads.track();
                let _ = heard.0.try_update_value(HashMap::clear);
            });
        }
        heard
    }

    fn note(self, source: SourceId, status: SourceStatus) {
        let _ = self.0.try_update_value(|heard| {
            if heard.len() >= HEARD {
                heard.clear();
            }
            heard.insert(source, status);
        });
    }

    /// The product with what was heard of it.
    fn apply(self, product: Product) -> Product {
        match self.0.try_with_value(|heard| heard.get(&product.source_id).copied()).flatten() {
            Some(learning) => Product { learning, ..product },
            None => product,
        }
    }
}

impl Products {
    /// Shows a product as the server has it now.
    fn put(self, product: Product) {
        let product = self.heard.apply(product);
        let _ = self.list.try_update(|list| match list.iter_mut().find(|known| known.id == product.id) {
            Some(known) => *known = product,
            None => {
                list.insert(0, product);
                let _ = self.total.try_update(|total| *total += 1);
            }
        });
    }

    fn learned(self, source: SourceId, status: SourceStatus) {
        self.heard.note(source, status);
        let is_shown = self.list.with_untracked(|list| list.iter().any(|product| product.source_id == source));
        if is_shown {
            let _ = self.list.try_update(|list| {
                if let Some(known) = list.iter_mut().find(|known| known.source_id == source) {
                    known.learning = status;
                }
            });
        }
    }

    fn delete(self, id: ProductId) {
        self.problem.set(None);
        spawn_local(async move {
            match api::products::delete_product(id).await {
                Ok(()) => {
                    let _ = self.list.try_update(|list| list.retain(|product| product.id != id));
                    let _ = self.total.try_update(|total| *total -= 1);
                }
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
        });
    }
}

/// The products, at `/knowledge/products`; `?q=` searches.
#[component]
pub fn ProductsPage() -> impl IntoView {
    view! {
        <Title text="Products" />
        <div class="page">
            <PageHead title="Products" text="What you sell, with prices and stock. The AI answers from them like from any other source." />
            <KnowledgeTabs />
            <Only may=Permission::ReadKnowledge verb="see" what="products">
                <Content />
            </Only>
        </div>
    }
    .into_any()
}

#[component]
fn Content() -> impl IntoView {
    let query = use_query_map();
    let search = Memo::new(move |_| query.with(|query| query.get_str("q").unwrap_or_default().trim().to_owned()));
    let page = Resource::new(
        move || search.get(),
        |search| async move { (search.clone(), api::products::list_products(search, None).await) },
    );
    let session = use_session();
    let heard = Heard::start();
    let reload = Callback::new(move |()| page.refetch());
    // Out here, so that what came of a table is still told when the list has been read again.
    let import = move || view! { <ImportProducts on_done=reload /> };
    let content = move || {
        Suspend::new(async move {
            match page.await {
                (search, Ok(page)) => view! { <Table search=search page=page heard=heard /> }.into_any(),
                (_, Err(error)) => view! { <ErrorAlert error=error retry=reload /> }.into_any(),
            }
        })
    };
    view! {
        <Transition fallback=|| view! { <ListSkeleton lines=8 /> }>{content}</Transition>
        <Show when=move || session.may(Permission::ManageKnowledge)>{import}</Show>
    }
    .into_any()
}

#[component]
fn Table(search: String, page: ProductPage, heard: Heard) -> impl IntoView {
    let session = use_session();
    let products = Products {
        list: RwSignal::new(page.products.into_iter().map(|product| heard.apply(product)).collect()),
        total: RwSignal::new(page.total),
        next: RwSignal::new(page.next),
        editing: RwSignal::new(None),
        problem: RwSignal::new(None),
        heard,
    };
    if let Some(realtime) = use_context::<Realtime>() {
        Effect::new(move || {
            let news = realtime.subscribe(None, move |_, event| {
                if let Event::SourceUpdated { source } = event {
                    products.learned(source.id, source.status);
                }
            });
            on_cleanup(move || news.end());
        });
    }
    let may_change = move || session.may(Permission::ManageKnowledge);
    let ids = Memo::new(move |_| products.list.with(|list| list.iter().map(|product| product.id).collect::<Vec<_>>()));
    let is_search = !search.is_empty();
    let searched = StoredValue::new(search.clone());
    let count = move || match products.total.get() {
        1 => "1 product".to_owned(),
        count => format!("{count} products"),
    };
    view! {
        <Show when=may_change>
            <Show
                when=move || products.editing.get() == Some(None)
                fallback=move || view! {
                    <div class="product-ways">
                        <Button kind=ButtonKind::Primary on:click=move |_| products.editing.set(Some(None))>
                            <Icon path=icons::PLUS small=true />
                            "Add a product"
                        </Button>
                    </div>
                }
            >
                <ProductForm products=products product=None />
            </Show>
        </Show>
        <Form method="GET" action="/knowledge/products" attr:class="product-search" attr:role="search">
            <input
                class="input"
                type="search"
                name="q"
                maxlength="100"
                placeholder="Name or description"
                aria-label="Search for a product"
                value=search
            />
            <Button submit=true>"Search"</Button>
        </Form>
        {move || products.problem.get().map(|error| view! { <ErrorAlert error=error /> })}
        <Show
            when=move || !ids.with(Vec::is_empty)
            fallback=move || {
                let (title, text) = if is_search {
                    ("Nothing found", "No product has this in its name or description.")
                } else if may_change() {
                    ("No products yet", "Add one, or import the export of your shop. The AI then knows what things cost and what is in stock.")
                } else {
                    ("No products yet", "An owner of your business adds them here.")
                };
                view! { <Empty icon=icons::TAG title=title text=text /> }
            }
        >
            <p class="passages-count">{count}</p>
            <ul class="products">
                <For each=move || ids.get() key=|id| *id children=move |id| view! { <ProductRow id=id products=products /> } />
            </ul>
        </Show>
        <More products=products searched=searched />
    }
    .into_any()
}

#[component]
fn More(products: Products, searched: StoredValue<String>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let more = move |_| {
        let Some(before) = products.next.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        spawn_local(async move {
            match api::products::list_products(searched.get_value(), Some(before)).await {
                Ok(page) => {
                    let _ = products.list.try_update(|list| list.extend(page.products));
                    let _ = products.next.try_set(page.next);
                }
                Err(error) => drop(products.problem.try_set(Some(error))),
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <Show when=move || products.next.get().is_some()>
            <div class="pager">
                <Button busy=busy on:click=more>"Load more"</Button>
            </div>
        </Show>
    }
    .into_any()
}
