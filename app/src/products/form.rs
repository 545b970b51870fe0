//! The form for a product, new or changed.

use super::Products;
use crate::ui::{Button, ButtonKind, ErrorAlert, Input, Segments, TextArea, TextField};
use leptos::{prelude::*, task::spawn_local};
use types::{
    Error, limits,
    money::{self, Convention, Hints, Unread, currency},
    products::{NewProduct, PRODUCT_DESCRIPTION_CHARS, Price, Product, ProductStatus},
};

fn name_check(value: &str) -> Option<&'static str> {
    let length = value.trim().chars().count();
    (length == 0 || length > limits::NAME_CHARS).then_some("Give it a name of at most 120 characters.")
}

fn description_check(value: &str) -> Option<&'static str> {
    (value.chars().count() > PRODUCT_DESCRIPTION_CHARS).then_some("Keep it under 4,000 characters.")
}

fn price_check(value: &str) -> Option<&'static str> {
    match money::read(value, Hints::default()) {
        // Its currency decides that.
        Ok(_) | Err(Unread::Ambiguous | Unread::Decimals(..)) => None,
        Err(_) => Some("Write a number such as 12.50."),
    }
}

/// The price that was typed, and its currency: the one beside it, or else the one in the other field.
fn typed_price(price: &str, currency: &str) -> Result<(Option<Price>, String), String> {
    // Where three decimals are usual, the form itself shows them after a point.
    let convention = (currency::decimals(currency) == 3).then_some(Convention::Point);
    let read = money::read(price, Hints { currency, convention }).map_err(|why| why.reason(price))?;
    let Some(money) = read else { return Ok((None, currency.to_owned())) };
    match money.currency {
        Some(named) if !currency.is_empty() && named != currency => Err(Unread::Currencies.reason(price)),
        Some(named) => Ok((Some(money.price), named.to_owned())),
        None => Ok((Some(money.price), currency.to_owned())),
    }
}

fn currency_check(value: &str) -> Option<&'static str> {
    let value = value.trim();
    let is_code = value.len() == 3 && value.chars().all(|c| c.is_ascii_alphabetic());
    (!value.is_empty() && !is_code).then_some("Write three letters, such as EUR.")
}

fn extra_check(_: &str) -> Option<&'static str> {
    None
}

/// The fields. Saving closes it.
#[component]
pub fn ProductForm(
    /// All of them.
    products: Products,
    /// The one to change; none for a new one.
    product: Option<Product>,
) -> impl IntoView {
    let id = product.as_ref().map(|product| product.id);
    let text = |field: fn(&Product) -> String| product.as_ref().map(field).unwrap_or_default();
    let name = Input::new(text(|one| one.name.clone()), name_check);
    let description = Input::new(text(|one| one.description.clone()), description_check);
    let price = Input::new(text(|one| one.price.map(|price| price.to_string()).unwrap_or_default()), price_check);
    let currency = Input::new(text(|one| one.currency.clone()), currency_check);
    let extra_info = Input::new(text(|one| one.extra_info.clone()), extra_check);
    let status = RwSignal::new(product.as_ref().map_or(ProductStatus::Available, |one| one.status));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Error>));
    let close = move || products.editing.set(None);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let is_right = name.verify() & description.verify() & price.verify() & currency.verify();
        if busy.get_untracked() || !is_right {
            return;
        }
        let code = currency.value.with_untracked(|code| code.trim().to_uppercase());
        let (amount, code) = match price.value.with_untracked(|price| typed_price(price, &code)) {
            Ok(read) => read,
            Err(why) => return price.refuse(why),
        };
        let new = NewProduct {
            name: name.value.get_untracked(),
            description: description.value.get_untracked(),
            price: amount,
            currency: code,
            status: status.get_untracked(),
            extra_info: extra_info.value.get_untracked(),
        };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let saved = match id {
                Some(id) => api::products::change_product(id, new).await,
                None => api::products::add_product(new).await,
            };
            let _ = busy.try_set(false);
            match saved {
                Ok(product) => {
                    products.put(product);
                    close();
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    let error = Signal::derive(move || problem.get());
    const FIELDS: [&str; 5] = ["name", "description", "price", "currency", "extra_info"];
    let general =
        move || problem.get().filter(|error| !error.field.as_deref().is_some_and(|field| FIELDS.contains(&field)));
    view! {
        <form class="form product-form" on:submit=save novalidate>
            <TextField name="name" label="Name" input=name error=error autofocus=true />
            <TextArea name="description" label="Description" rows=3 input=description error=error optional=true />
            <div class="product-money">
                <TextField name="price" label="Price" placeholder="12.50" input=price error=error optional=true />
                <TextField name="currency" label="Currency" placeholder="EUR" input=currency error=error optional=true />
            </div>
            <Segments
                name="status"
                label="Stock"
                options=vec![(ProductStatus::Available, "In stock"), (ProductStatus::OutOfStock, "Out of stock")]
                value=status
            />
            <TextArea
                name="extra_info"
                label="Details"
                rows=2
                code=true
                hint="A JSON object, such as {\"Colour\": \"white\"}"
                input=extra_info
                error=error
                optional=true
            />
            {move || general().map(|error| view! { <ErrorAlert error=error /> })}
            <div class="form-actions">
                <Button kind=ButtonKind::Primary submit=true busy=busy>"Save"</Button>
                <button type="button" class="button button-quiet" on:click=move |_| close()>"Cancel"</button>
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_with_its_currency() {
        let read = |price: &str, currency: &str| {
            typed_price(price, currency).map(|(price, code)| (price.map(Price::thousandths), code))
        };
        assert_eq!(read("89,90 €", ""), Ok((Some(89_900), "EUR".to_owned())));
        assert_eq!(read("1.375", "KWD"), Ok((Some(1_375), "KWD".to_owned())));
        assert_eq!(read("", "EUR"), Ok((None, "EUR".to_owned())));
        assert!(read("1.375", "EUR").is_err() && read("1.299", "").is_err() && read("5 €", "USD").is_err());
        assert!(price_check("a lot").is_some() && price_check("89,90").is_none());
    }
}
