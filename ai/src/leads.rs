//! Whether a message gives a way to reach its writer, or reads as wanting to buy.
//!
//! Addresses and numbers are found as [`redact`] finds them; here those are
//! left out that are nobody's: numbers of orders, and addresses that take no
//! mail. A plain number is never a phone number.

use crate::redact;
use unicode_segmentation::UnicodeSegmentation;

/// Characters of a message that are looked at.
const CHARACTERS: usize = 10_000;
/// Addresses, and numbers, of one message.
const WAYS: usize = 3;
/// Longest address, and longest name before its `@`.
const EMAIL_BYTES: usize = 254;
const LOCAL_BYTES: usize = 64;
/// Words around a number that say what it is.
const BEFORE: usize = 4;
const BEHIND: usize = 5;
/// Words before a phrase in which it can be denied.
const DENIED_WITHIN: usize = 3;

/// What makes somebody a lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// E-mail addresses in lower case.
    pub emails: Vec<String>,
    /// Phone numbers as they were written, with single spaces.
    pub phones: Vec<String>,
    /// It reads as wanting to buy.
    pub wants_to_buy: bool,
}

impl Signs {
    /// There is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Looks for the signs of a lead in a contact's message.
#[must_use]
pub fn signs(text: &str) -> Signs {
    let text: String = text.chars().take(CHARACTERS).collect();
    let found = redact::find(&text);
    let mut signs = Signs { wants_to_buy: wants_to_buy(&text), ..Signs::default() };
    for private in &found.private {
        let before = found.redacted.get(..private.at).unwrap_or_default();
        let behind = found.redacted.get(private.at + private.mark.len()..).unwrap_or_default();
        let (list, way) = match private.mark {
            redact::EMAIL => (&mut signs.emails, email(&private.text)),
            redact::PHONE if !is_number_of_something(before, behind) => (&mut signs.phones, phone(&private.text)),
            _ => continue,
        };
        if let Some(way) = way.filter(|way| list.len() < WAYS && !list.contains(way)) {
            list.push(way);
        }
    }
    signs
}

fn email(text: &str) -> Option<String> {
    let address = text.to_lowercase();
    let (local, host) = address.split_once('@')?;
    let is_whole = local.len() <= LOCAL_BYTES
        && address.len() <= EMAIL_BYTES
        && !local.ends_with('.')
        && !address.contains("..")
        && host.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let plain = local.replace(['-', '_', '.'], "");
    let takes_mail = !["noreply", "donotreply", "mailerdaemon", "postmaster"].contains(&plain.as_str());
    (is_whole && takes_mail).then_some(address)
}

fn phone(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(|char| char.is_numeric()).collect();
    let is_one_digit = digits.first().is_some_and(|first| digits.iter().all(|digit| digit == first));
    let written = text.split_whitespace().collect::<Vec<_>>().join(" ");
    ((7..=15).contains(&digits.len()) && !is_one_digit).then_some(written)
}

/// Words that say that a number is a phone's.
const PHONES: &str = "phone, telephone, tel, mobile, cell, call, ring, whatsapp, sms, text, reach, telefon, telefonnummer, \
    handy, handynummer, mobil, anrufen, erreichbar, rufen, téléphone, portable, appeler, appelez, joindre, teléfono, móvil, \
    celular, llamar, llámame, llamarme, telefone, ligar, telefono, cellulare, chiamare, telefoon, bellen";

/// Words that say that it is another thing's.
const THINGS: &str = "order, orders, invoice, tracking, parcel, shipment, reference, ref, ticket, case, booking, customer, \
    serial, article, item, sku, account, contract, code, id, bestellung, bestellnummer, rechnung, rechnungsnummer, \
    auftrag, auftragsnummer, sendung, sendungsnummer, paket, kundennummer, artikelnummer, vorgang, commande, facture, \
    colis, suivi, référence, dossier, pedido, factura, envío, seguimiento, referencia, encomenda, fatura, ordine, fattura, \
    spedizione, bestelling, factuur, zamówienie, zamówienia, faktura";

/// Words that lead from a number to what it is.
const IS: &str = "is, was, ist, war, est, es, é, era, jest";

/// Whether the words around a number say that it is one of an order, a parcel and the like.
fn is_number_of_something(before: &str, behind: &str) -> bool {
    let before: Vec<String> = words(sentence_end(before)).into_iter().rev().take(BEFORE).collect();
    for word in &before {
        // What stands nearest counts.
        if holds(PHONES, word) {
            return false;
        }
        if holds(THINGS, word) {
            return true;
        }
    }
    let behind = words(behind.split(['.', '!', '?', '\n']).next().unwrap_or_default());
    behind.first().is_some_and(|first| holds(IS, first))
        && behind.iter().take(BEHIND).any(|word| holds(THINGS, word))
        && !behind.iter().take(BEHIND).any(|word| holds(PHONES, word))
}

/// The text from the start of its last sentence or line on. "No." and "Tel." end none.
fn sentence_end(text: &str) -> &str {
    let start = text.rmatch_indices(['!', '?', '\n', '.']).find(|(place, mark)| {
        let word = text.get(..*place).unwrap_or_default().rsplit(char::is_whitespace).next().unwrap_or_default();
        *mark != "." || word.chars().count() > 3
    });
    start.map_or(text, |(place, mark)| text.get(place + mark.len()..).unwrap_or_default())
}

/// What reads as wanting to buy.
const WISHES: &str = "want to buy, like to buy, wish to buy, looking to buy, interested in buying, interested in purchasing, \
    want to purchase, like to purchase, looking to purchase, want to order, like to order, interested in ordering, \
    place an order, place a bulk order, bulk order, in bulk, wholesale, volume discount, can i buy, can i order, could i \
    order, can we order, can we buy, how can i buy, how do i buy, how can i order, how do i order, where can i buy, \
    i'll take, i will take, we'll take, get a quote, a quote for, send me a quote, request a quote, send us a quote, \
    book a demo, request a demo, get a demo, talk to sales, speak to sales, contact sales, i am interested in your, \
    i'm interested in your, möchte kaufen, würde gerne kaufen, will kaufen, möchte bestellen, würde gerne bestellen, \
    gerne bestellen, gerne kaufen, kann ich kaufen, kann ich bestellen, wo kann ich kaufen, interesse an, interessiere \
    mich für, ein angebot, angebot erstellen, angebot für, großbestellung, mengenrabatt, je voudrais acheter, voudrais \
    acheter, veux acheter, souhaite acheter, aimerais acheter, voudrais commander, veux commander, souhaite commander, \
    aimerais commander, intéressé par, intéressée par, un devis, puis je acheter, puis je commander, quiero comprar, \
    quisiera comprar, me gustaría comprar, quiero pedir, quisiera pedir, me gustaría pedir, quiero encargar, puedo comprar, \
    dónde puedo comprar, me interesa comprar, interesado en, interesada en, un presupuesto, una cotización, quero comprar, \
    gostaria de comprar, gostaria de encomendar, um orçamento, vorrei comprare, vorrei ordinare, voglio comprare, un \
    preventivo, wil kopen, wil bestellen, graag bestellen, graag kopen, een offerte, chcę kupić, chciałbym kupić, \
    chciałabym kupić, chcę zamówić";

/// What in the same message says that it is about something bought before.
const BOUGHT: &str = "my order, meine bestellung, ma commande, mi pedido, meu pedido, cancel, stornieren, annuler, cancelar, \
    refund, rückerstattung, remboursement, reembolso, return, zurückgeben, zurückschicken";

const NEGATORS: &str = "not, don't, didn't, never, no, won't, nicht, nichts, kein, keine, keinen, nie, ne, pas, jamais, sin, nunca, \
    não, non, niet, geen, nie";

/// Whether a message reads as wanting to buy.
fn wants_to_buy(text: &str) -> bool {
    let words = words(text);
    // "Ich möchte drei Töpfe kaufen": in German the thing stands between.
    let line = format!(" {} ", words.join(" "));
    if BOUGHT.split(", ").any(|phrase| line.contains(&format!(" {phrase} "))) {
        return false;
    }
    let is_said = WISHES.split(", ").any(|phrase| {
        line.match_indices(&format!(" {phrase} ")).any(|(place, _)| {
            let before = line.get(..place).unwrap_or_default().split_whitespace().rev().take(DENIED_WITHIN);
            !before.into_iter().any(|word| holds(NEGATORS, word))
        })
    });
    is_said || wants_in_german(&words)
}

/// A German wish with its thing in the middle.
fn wants_in_german(words: &[String]) -> bool {
    let wish = words.iter().position(|word| holds("möchte, möchten, würde, würden, will, wollen", word));
    let Some(wish) = wish else { return false };
    let rest = words.get(wish..).unwrap_or_default();
    let end = rest.iter().take(12).position(|word| holds("kaufen, bestellen, erwerben", word));
    end.is_some_and(|end| !rest.iter().take(end).any(|word| holds(NEGATORS, word)))
}

fn words(text: &str) -> Vec<String> {
    text.unicode_words().take(400).map(|word| word.to_lowercase().replace('’', "'")).collect()
}

fn holds(list: &str, word: &str) -> bool {
    list.split(", ").any(|other| other == word)
}

#[cfg(test)]
mod tests;
