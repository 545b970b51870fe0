//! From what an export says to products that can be stored.

use super::{
    Found, FoundProduct,
    offer::{Details, Offer, Stock, Variant, details},
    price::{self, Known, Priced},
    words,
};
use crate::document::DocumentError;
use std::collections::{HashMap, HashSet};
use types::{
    knowledge::Imported,
    limits::SOURCE_BYTES,
    money::{self, Convention, Shown},
    products::{ExportKind, NewProduct, PRODUCTS, Price, ProductStatus},
};

/// Bytes of the texts of all products at most.
const BYTES: usize = 2 * SOURCE_BYTES;
/// Options of a product whose values are listed, and values of each.
const OPTIONS: usize = 6;
const VALUES: usize = 40;

/// Makes products one after the other.
#[derive(Debug, Default)]
pub(super) struct Maker {
    known: Known,
    made: Vec<Made>,
    outcome: Imported,
    bytes: usize,
}

/// A product with what keeps it apart from others of its name.
#[derive(Debug)]
struct Made {
    line: usize,
    /// Its name without an ending, and the ending.
    title: String,
    ending: String,
    sku: String,
    is_variant: bool,
    new: NewProduct,
    notes: Vec<String>,
}

impl Maker {
    pub(super) fn new(currency: &str, today: &str) -> Self {
        let currency = currency.trim().to_uppercase();
        Self { known: Known { currency, convention: None, today: today.to_owned() }, ..Self::default() }
    }

    /// Sees in the prices which sign stands before the decimals; `usual` is what the shop writes where none shows it.
    pub(super) fn learn_convention(&mut self, offers: &[Offer], usual: Option<Convention>) {
        let variants = offers.iter().flat_map(|offer| &offer.variants);
        let texts = variants.flat_map(|variant| [&variant.price, &variant.sale, &variant.compare]);
        self.known.convention = match money::convention(texts.map(String::as_str)) {
            Shown::Nothing => usual,
            Shown::One(convention) => Some(convention),
            Shown::Mixed => None,
        };
    }

    /// Adds a product with its variants.
    ///
    /// # Errors
    /// When there is too much text in all of them.
    pub(super) fn add(&mut self, offer: Offer) -> Result<(), DocumentError> {
        let title = words::line(&offer.title);
        if let Some(why) = offer.skipped {
            self.outcome.refuse(offer.line, why);
            return Ok(());
        }
        if title.is_empty() {
            self.outcome.refuse(offer.line, "There is no name.");
            return Ok(());
        }
        if self.made.len() >= PRODUCTS as usize {
            self.outcome.refuse(offer.line, format!("There are more than {PRODUCTS} products, which is the most."));
            return Ok(());
        }
        let (description, is_cut) = words::description(&offer.description);
        let cut = is_cut.then(|| "The description was cut, it is very long.".to_owned());
        let is_single = offer.variants.len() == 1;
        let mut good = Vec::new();
        for variant in offer.variants {
            match self.priced(&variant) {
                Ok(found) => good.push((variant, found)),
                Err(why) => self.outcome.refuse(variant.line, why),
            }
        }
        if is_single {
            for (variant, (priced, status)) in good {
                let all = [own(&variant, &priced), offer.details.clone()].concat();
                let notes = cut.iter().cloned().chain(variant.notes).chain(priced.notes).collect();
                let new = product(&description, priced.price, priced.currency, status);
                self.push((offer.line, &title, String::new(), variant.sku), (new, all), notes, false)?;
            }
            return Ok(());
        }
        if good.is_empty() {
            return Ok(());
        }
        let (whole, mut all) = whole(&description, &good);
        all.extend(offer.details);
        self.push((offer.line, &title, String::new(), String::new()), (whole, all), cut.into_iter().collect(), false)?;
        for (variant, (priced, status)) in good {
            let ending = ending(&variant);
            let all = own(&variant, &priced);
            let notes = variant.notes.into_iter().chain(priced.notes).collect();
            let new = product("", priced.price, priced.currency, status);
            self.push((variant.line, &title, ending, variant.sku), (new, all), notes, true)?;
        }
        Ok(())
    }

    fn priced(&self, variant: &Variant) -> Result<(Priced, ProductStatus), String> {
        if let Some(why) = &variant.skipped {
            return Err(why.clone());
        }
        let status = match &variant.stock {
            Stock::Unsaid | Stock::In | Stock::Backorder | Stock::Preorder => ProductStatus::Available,
            Stock::Out => ProductStatus::OutOfStock,
            Stock::Unread(text) => {
                let text = words::detail("", text).1;
                return Err(format!(
                    "“{text}” does not say whether it is in stock. Write “in stock”, “out of stock” or a number."
                ));
            }
        };
        Ok((price::of(variant, &self.known)?, status))
    }

    fn push(
        &mut self,
        (line, title, ending, sku): (usize, &str, String, String),
        (mut new, details): (NewProduct, Details),
        mut notes: Vec<String>,
        is_variant: bool,
    ) -> Result<(), DocumentError> {
        let (extra_info, is_whole) = words::extra_info(&details);
        if !is_whole {
            notes.push("Not all details have room.".to_owned());
        }
        new.extra_info = extra_info;
        self.bytes += title.len() + new.description.len() + new.extra_info.len();
        if self.bytes > BYTES {
            return Err(DocumentError::TooLong);
        }
        let sku = words::line(&sku);
        self.made.push(Made { line, title: title.to_owned(), ending, sku, is_variant, new, notes });
        Ok(())
    }

    /// What was made, each under a name of its own.
    pub(super) fn finish(mut self) -> Found {
        let mut times: HashMap<String, usize> = HashMap::new();
        let named = |made: &Made| words::name(&made.title, &made.ending);
        for made in &self.made {
            *times.entry(named(made).0.to_lowercase()).or_default() += 1;
        }
        // Those of one name are told apart by their numbers, always, so that another export names them the same.
        for made in &mut self.made {
            let is_shared = times.get(&named(made).0.to_lowercase()).is_some_and(|times| *times > 1);
            if is_shared && !made.sku.is_empty() {
                made.ending = format!("{} ({})", made.ending, made.sku);
            }
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut products = Vec::with_capacity(self.made.len());
        let mut outcome = std::mem::take(&mut self.outcome);
        let (mut wholes, mut variants) = (0, 0);
        for made in self.made {
            let (name, is_shortened) = words::name(&made.title, &made.ending);
            if let Some(line) = seen.get(&name.to_lowercase()) {
                outcome.refuse(made.line, format!("Row {line} has the same name, “{name}”."));
                continue;
            }
            seen.insert(name.to_lowercase(), made.line);
            let mut notes = made.notes;
            if is_shortened {
                notes.push("The name was shortened, it is very long.".to_owned());
            }
            *if made.is_variant { &mut variants } else { &mut wholes } += 1;
            products.push(FoundProduct { line: made.line, new: NewProduct { name, ..made.new }, notes });
        }
        outcome.refused.sort_by_key(|row| row.line);
        Found { kind: ExportKind::Other, columns: Vec::new(), has_names: true, products, outcome, wholes, variants }
    }
}

fn product(description: &str, price: Option<Price>, currency: String, status: ProductStatus) -> NewProduct {
    NewProduct {
        name: String::new(),
        description: description.to_owned(),
        price,
        currency,
        status,
        extra_info: String::new(),
    }
}

/// What a variant says of itself.
fn own(variant: &Variant, priced: &Priced) -> Details {
    let availability = match variant.stock {
        Stock::Backorder => "on backorder",
        Stock::Preorder => "preorder",
        _ => "",
    };
    let more = [
        ("Regular price", priced.regular.as_deref().unwrap_or_default()),
        ("Sale price", priced.other_sale.as_deref().unwrap_or_default()),
        ("Availability", availability),
        ("SKU", &variant.sku),
    ];
    [variant.options.clone(), details(&more), variant.details.clone()].concat()
}

/// What is put behind the name of a product to name a variant: the values of its options, or else its number.
fn ending(variant: &Variant) -> String {
    let values: Vec<String> =
        variant.options.iter().map(|(_, value)| words::line(value)).filter(|value| !value.is_empty()).collect();
    match (values.is_empty(), variant.sku.trim().is_empty()) {
        (false, _) => format!(" – {}", values.join(" / ")),
        (true, false) => format!(" – {}", words::line(&variant.sku)),
        (true, true) => format!(" – row {}", variant.line),
    }
}

/// A product of several variants as a whole, and what there is to know of it: what they have to choose from, and what
/// they cost when they differ.
fn whole(description: &str, variants: &[(Variant, (Priced, ProductStatus))]) -> (NewProduct, Details) {
    let is_available = variants.iter().any(|(_, (_, status))| *status == ProductStatus::Available);
    let status = if is_available { ProductStatus::Available } else { ProductStatus::OutOfStock };
    let prices: Vec<(Price, &str)> = variants
        .iter()
        .filter_map(|(_, (priced, _))| priced.price.map(|price| (price, priced.currency.as_str())))
        .collect();
    let mut all = Details::new();
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in variants.iter().flat_map(|(variant, _)| &variant.options) {
        if !names.contains(&name.as_str()) && names.len() < OPTIONS {
            names.push(name);
        }
    }
    for name in names {
        let mut seen = HashSet::new();
        let options = variants.iter().flat_map(|(variant, _)| &variant.options);
        let values = options.filter(|(of, value)| of == name && !value.is_empty()).map(|(_, value)| value.as_str());
        let values: Vec<&str> = values.filter(|value| seen.insert(*value)).take(VALUES).collect();
        all.push((name.to_owned(), values.join(", ")));
    }
    let lowest = prices.iter().min();
    let highest = prices.iter().max();
    let is_complete = prices.len() == variants.len();
    let (mut price, mut currency) = (None, String::new());
    if let (Some(lowest), Some(highest)) = (lowest, highest) {
        let is_one_currency = prices.iter().all(|(_, code)| *code == lowest.1);
        if lowest == highest && is_complete {
            (price, currency) = (Some(lowest.0), lowest.1.to_owned());
        } else if is_one_currency {
            let range = format!("{} to {}", lowest.0.in_currency(lowest.1), highest.0.in_currency(highest.1));
            all.push(("Price".to_owned(), range));
        }
    }
    (product(description, price, currency, status), all)
}
