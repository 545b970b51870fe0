//! Questions to a small shop and a table of delivery.

use super::*;
use crate::document::Block;

fn product(name: &str, price: Option<&str>, is_in: bool, more: &[(&str, &str)]) -> Row {
    let cell =
        |column: &str, text: &str, value: Value| Cell { column: column.to_owned(), text: text.to_owned(), value };
    let mut cells: Vec<Cell> = price.into_iter().map(|price| cell("Price", price, Value::read(price, None))).collect();
    cells.push(cell("Availability", "", Value::Stock(is_in)));
    cells.extend(more.iter().map(|(column, text)| cell(column, text, Value::read(text, None))));
    Row { name: name.to_owned(), cells, quote: name.to_owned() }
}

fn shop() -> Table {
    Table {
        about: String::new(),
        are_products: true,
        rows: vec![
            product("Kids bike Puky 16", Some("129.50 EUR"), true, &[("Weight", "6.5 kg")]),
            product("City bike", Some("499.00 EUR"), false, &[("Weight", "15 kg")]),
            product("Red mug", Some("5.00 EUR"), true, &[]),
            product("Blue mug", Some("7.50 EUR"), true, &[]),
            product("Teapot", Some("24.90 EUR"), false, &[]),
            product("Gift card", None, true, &[]),
        ],
    }
}

fn delivery() -> Table {
    let owned = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let table = Block::Table {
        caption: String::new(),
        header: owned(&["Country", "Delivery", "Time"]),
        rows: vec![
            owned(&["Norway", "19.00 EUR", "5 days"]),
            owned(&["France", "7.00 EUR", "3 days"]),
            owned(&["Germany", "Free", "36 hours"]),
        ],
    };
    tables(&[table], "Shipping", 100).remove(0)
}

fn say(question: &str) -> String {
    answer(question, None, &[shop(), delivery()]).map_or_else(String::new, |answer| answer.text)
}

#[test]
fn figures_are_calculated_and_said() {
    for (question, wanted) in [
        ("What is the cheapest mug?", "The cheapest is Red mug: 5.00 EUR."),
        ("Which is your most expensive bike?", "The most expensive is City bike: 499.00 EUR."),
        ("What's the cheapest bike in stock?", "The cheapest is Kids bike Puky 16: 129.50 EUR."),
        ("Which mugs cost less than 6 euros?", "Under 6.00 EUR: Red mug (5.00 EUR)."),
        ("What mugs do you have under 20?", "Under 20.00 EUR: Red mug (5.00 EUR) and Blue mug (7.50 EUR)."),
        ("mugs between 6 and 10 euros", "From 6.00 EUR to 10.00 EUR: Blue mug (7.50 EUR)."),
        ("Do you have mugs under 2 EUR?", "None of them. The cheapest is Red mug: 5.00 EUR."),
        ("How many mugs do you have?", "2 in total: Blue mug and Red mug."),
        ("How many bikes are in stock?", "1 in total: Kids bike Puky 16."),
        ("Which bikes are in stock?", "In stock: Kids bike Puky 16."),
        ("Is the teapot available?", "Teapot costs 24.90 EUR and is out of stock at the moment."),
        ("How much is the kids bike?", "Kids bike Puky 16 costs 129.50 EUR and is in stock."),
        ("How much do 3 red mugs cost?", "3 × Red mug (5.00 EUR) = 15.00 EUR in total."),
        (
            "How much are the red mug and the teapot?",
            "Red mug costs 5.00 EUR and is in stock. Teapot costs 24.90 EUR and is out of stock at the moment.",
        ),
        (
            "What do the red mug and the teapot cost together?",
            "Red mug (5.00 EUR) + Teapot (24.90 EUR) = 29.90 EUR in total.",
        ),
        ("How much are 3 red mugs?", "3 × Red mug (5.00 EUR) = 15.00 EUR in total."),
        (
            "Which is cheaper, the red mug or the blue mug?",
            "Red mug costs 5.00 EUR and Blue mug costs 7.50 EUR: Red mug is 2.50 EUR cheaper.",
        ),
        ("How much is the teapot with 20% off?", "Teapot costs 24.90 EUR; with 20 % off that is 19.92 EUR."),
        ("Which mugs do you sell?", "We have Blue mug and Red mug."),
        ("Which bike has the lowest weight?", "Weight: the lowest is 6.5 kg (Kids bike Puky 16)."),
        // Of the table.
        ("What is the cheapest delivery?", "The cheapest is Germany: Free."),
        ("Which country has the most expensive delivery?", "The most expensive is Norway: 19.00 EUR."),
        ("Which delivery is fastest?", "Time: the lowest is 36 hours (Germany)."),
        ("How many countries are there for delivery?", "3 in total: France, Germany and Norway."),
        (
            "What is the difference between delivery to Norway and France?",
            "France costs 7.00 EUR and Norway costs 19.00 EUR: France is 12.00 EUR cheaper.",
        ),
    ] {
        assert_eq!(say(question), wanted, "{question}");
    }
}

#[test]
fn the_answer_is_in_the_language_of_the_question() {
    for (question, wanted) in [
        ("Was ist das teuerste Bike?", "Am teuersten ist City bike: 499.00 EUR."),
        ("Was kostet der Teapot?", "Teapot kostet 24.90 EUR und ist zurzeit nicht auf Lager."),
        ("Combien coûte le teapot ?", "Teapot coûte 24.90 EUR et est actuellement en rupture de stock."),
        ("¿Cuánto cuesta el teapot?", "Teapot cuesta 24.90 EUR y ahora está agotado."),
        ("Quanto costa il teapot?", "Teapot costa 24.90 EUR e al momento è esaurito."),
        ("Wat kost de teapot?", "Teapot kost 24.90 EUR en is op dit moment niet op voorraad."),
        ("Ile kosztuje teapot?", "Teapot kosztuje 24.90 EUR, ale obecnie brak w magazynie."),
        ("Teapot giá bao nhiêu?", "Teapot có giá 24.90 EUR và hiện đã hết hàng."),
        ("请问teapot多少钱？", "Teapot的价格是24.90 EUR，目前缺货。"),
        ("teapotはいくらですか？", "Teapotの価格は24.90 EURで、現在在庫切れです。"),
        ("كم سعر teapot؟", "سعر Teapot هو 24.90 EUR وهو غير متوفر حاليًا."),
    ] {
        let answer = answer(question, None, &[shop()]).map(|answer| answer.text);
        assert_eq!(answer.as_deref(), Some(wanted), "{question}");
    }
}

#[test]
fn nothing_is_said_where_it_is_not_certain() {
    for question in [
        "What is the weight of the city bike?",
        "What is the Puky 16?",
        "How much is the 100% cotton mug?",
        "How many red mugs do you have in stock?",
        "Which mugs are not blue?",
        "Quels vélos ne sont pas disponibles ?",
        "Welche Tassen kosten nicht mehr als 20 Euro?",
        "Do you have bikes for kids under 6?",
        "How much is the 500 ml teapot?",
        "What is the cheapest insurance?",
        "How much can the kids bike carry?",
        "How many days does delivery to Norway take?",
        "Do you give a discount on the teapot?",
        "Do I get 20 % off?",
        "Is wifi available?",
        "How much is repair of the city bike?",
        "How much does the gift card cost?",
        "Which payment methods do you have?",
        "How long is delivery?",
        "What is the total of the teapot and the gift card?",
        "",
    ] {
        assert_eq!(say(question), "", "{question}");
    }
    let mut mixed = shop();
    mixed.rows.push(product("Green mug", Some("4.00 USD"), true, &[]));
    assert_eq!(answer("What is the cheapest mug?", None, &[mixed]), None, "two currencies");
    assert_eq!(answer("Which mugs are under 20 dollars?", None, &[shop()]), None, "another currency");
    assert!(!asks(&"cheapest mug ".repeat(500), None), "a long story");
}

#[test]
fn what_is_missing_is_said() {
    let mut table = shop();
    table.rows.push(product("Black mug", None, true, &[]));
    let answer = answer("What is the cheapest mug?", None, &[table]).unwrap();
    assert_eq!(answer.text, "The cheapest is Red mug: 5.00 EUR. No value is known for Black mug.");
    assert_eq!(answer.rows, [2]);
}
