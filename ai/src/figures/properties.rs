//! Figures of tables made by chance: the cheapest is the least, sums are exact, the order of rows does not matter.

use super::*;

/// A small generator, always the same.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn shop(chance: &mut Chance) -> (Table, Vec<i64>) {
    const KINDS: [&str; 3] = ["lamp", "mug", "basket"];
    let count = 2 + chance.next(12);
    let mut cents = Vec::new();
    let rows = (0..count)
        .map(|number| {
            let price = i64::try_from(chance.next(50_000)).unwrap();
            cents.push(price);
            let text = format!("{}.{:02} EUR", price / 100, price % 100);
            let kind = KINDS[usize::try_from(chance.next(3)).unwrap()];
            let cells = vec![
                Cell { column: "Price".to_owned(), value: Value::read(&text, None), text },
                Cell {
                    column: "Availability".to_owned(),
                    text: String::new(),
                    value: Value::Stock(chance.next(2) == 0),
                },
            ];
            Row { name: format!("{kind} N{number}"), cells, quote: String::new() }
        })
        .collect();
    (Table { about: String::new(), are_products: true, rows }, cents)
}

fn price(cents: i64) -> String {
    format!("{}.{:02} EUR", cents / 100, cents % 100)
}

#[test]
fn the_cheapest_is_the_least_and_the_dearest_the_most() {
    let mut chance = Chance(1);
    for _ in 0..200 {
        let (table, cents) = shop(&mut chance);
        let cheapest = answer("What is the cheapest product?", None, std::slice::from_ref(&table)).unwrap();
        let dearest = answer("What is the most expensive product?", None, std::slice::from_ref(&table)).unwrap();
        assert!(cheapest.text.contains(&format!(": {}", price(*cents.iter().min().unwrap()))), "{}", cheapest.text);
        assert!(dearest.text.contains(&format!(": {}", price(*cents.iter().max().unwrap()))), "{}", dearest.text);
        for row in &cheapest.rows {
            assert_eq!(cents[*row], *cents.iter().min().unwrap());
        }
    }
}

#[test]
fn sums_and_limits_are_exact() {
    let mut chance = Chance(2);
    for _ in 0..200 {
        let (table, cents) = shop(&mut chance);
        let one = usize::try_from(chance.next(u64::try_from(cents.len()).unwrap())).unwrap();
        let other = (one + 1) % cents.len();
        let names = (&table.rows[one].name, &table.rows[other].name);
        let question = format!("What do the {} and the {} cost together?", names.0, names.1);
        let sum = answer(&question, None, std::slice::from_ref(&table)).unwrap();
        assert!(sum.text.ends_with(&format!("= {} in total.", price(cents[one] + cents[other]))), "{}", sum.text);
        let bound = i64::try_from(chance.next(500)).unwrap();
        let question = format!("Which products are under {bound} EUR?");
        let under = answer(&question, None, std::slice::from_ref(&table)).unwrap();
        let fitting = (0..cents.len()).filter(|row| cents[*row] < bound * 100).count();
        if fitting == 0 {
            assert!(under.text.starts_with("None of them."), "{}", under.text);
        } else {
            assert_eq!(under.rows.len(), fitting, "{}", under.text);
        }
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let mut chance = Chance(3);
    for _ in 0..100 {
        let (table, _) = shop(&mut chance);
        let mut turned = table.clone();
        turned.rows.reverse();
        for question in [
            "What is the cheapest product?",
            "Which products are under 100 EUR?",
            "Which lamps are in stock?",
            "How many mugs do you have?",
            "Which baskets do you sell?",
        ] {
            let text = |table: &Table| answer(question, None, std::slice::from_ref(table)).map(|answer| answer.text);
            assert_eq!(text(&table), text(&turned), "{question}");
        }
    }
}

#[test]
fn whatever_is_asked_nothing_breaks() {
    let mut chance = Chance(4);
    let parts = [
        "cheapest", "under", "20", "€", "%", "between", "and", "多少", "以下", "è", "|", "{name}", "’", "-", "1.299",
        "，",
    ];
    let (table, _) = shop(&mut chance);
    for _ in 0..3_000 {
        let many = 1 + chance.next(9);
        let pick = |chance: &mut Chance| parts[usize::try_from(chance.next(16)).unwrap()];
        let question: String =
            (0..many).map(|_| format!("{}{}", pick(&mut chance), if chance.next(2) == 0 { " " } else { "" })).collect();
        let _ = answer(&question, None, std::slice::from_ref(&table));
        let _ = Value::read(&question, None);
    }
}
