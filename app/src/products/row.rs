//! One product in the list, and its form in its place.

use super::{Products, form::ProductForm};
use crate::{
    accounts::use_session,
    icons::{self, Icon},
    knowledge::StatusChip,
    ui::{Dialog, Tone, close_dialog, open_dialog},
};
use leptos::{html, prelude::*};
use types::{
    ProductId,
    accounts::Permission,
    knowledge::SourceStatus,
    products::{Product, ProductStatus},
};

/// Name, price, stock, and what can be done.
#[component]
pub fn ProductRow(
    /// Which one.
    id: ProductId,
    /// All of them.
    products: Products,
) -> impl IntoView {
    let product = Memo::new(move |_| products.list.with(|list| list.iter().find(|one| one.id == id).cloned()));
    let is_editing = move || products.editing.get() == Some(Some(id));
    view! {
        <li class="product" data-testid="product" data-status=move || product.get().map(|one| one.learning.as_str())>
            <Show
                when=is_editing
                fallback=move || product.get().map(|one| view! { <Shown product=one products=products /> })
            >
                <ProductForm products=products product=product.get_untracked() />
            </Show>
        </li>
    }
    .into_any()
}

#[component]
fn Shown(product: Product, products: Products) -> impl IntoView {
    let session = use_session();
    let Product { id, name, description, price, currency, status, learning, .. } = product;
    let name = StoredValue::new(name);
    let node = NodeRef::<html::Dialog>::new();
    let (tone, words) = match status {
        ProductStatus::Available => (Tone::Success, "In stock"),
        ProductStatus::OutOfStock => (Tone::Warning, "Out of stock"),
    };
    let price = price.map(|price| price.in_currency(&currency));
    view! {
        <div class="product-words">
            <h2 class="product-name"><bdi>{name.get_value()}</bdi></h2>
            {(!description.is_empty()).then(|| view! { <p class="product-description" dir="auto">{description}</p> })}
        </div>
        <div class="product-facts">
            {price.map(|price| view! { <span class="product-price number">{price}</span> })}
            <span class=format!("chip {}", tone.class())>{words}</span>
            {(learning != SourceStatus::Ready).then(|| view! { <StatusChip status=Signal::stored(learning) /> })}
        </div>
        <Show when=move || session.may(Permission::ManageKnowledge)>
            <div class="product-acts">
                <button
                    type="button"
                    class="button button-quiet button-small button-icon"
                    aria-label=format!("Change “{}”", name.get_value())
                    title="Change"
                    on:click=move |_| products.editing.set(Some(Some(id)))
                >
                    <Icon path=icons::PEN small=true />
                </button>
                <button
                    type="button"
                    class="button button-quiet button-small button-icon"
                    aria-label=format!("Delete “{}”", name.get_value())
                    title="Delete"
                    on:click=move |_| open_dialog(node)
                >
                    <Icon path=icons::BIN small=true />
                </button>
            </div>
            <Dialog node=node label="Delete this product?">
                <h2>"Delete “" <bdi>{name.get_value()}</bdi> "”?"</h2>
                <p>"The AI forgets it at once."</p>
                <div class="confirm-acts">
                    <button type="button" class="button button-secondary" on:click=move |_| close_dialog(node)>"Keep it"</button>
                    <button
                        type="button"
                        class="button button-danger"
                        on:click=move |_| {
                            close_dialog(node);
                            products.delete(id);
                        }
                    >
                        "Delete"
                    </button>
                </div>
            </Dialog>
        </Show>
    }
    .into_any()
}
