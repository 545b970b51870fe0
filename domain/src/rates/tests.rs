//! Stories of the limits.

use super::*;

fn network(text: &str) -> Network {
    Network::of(text.parse().unwrap())
}

#[test]
fn a_network_is_counted_however_it_is_written_and_with_the_ones_around_it() {
    let rates = Rates::new(PerMinute { address: 60, ..PerMinute::default() });
    let take = |text: &str| rates.take(Subject::Network(network(text))).wait;
    for _ in 0..60 {
        assert_eq!(take("2001:db8:1:1::1"), None);
    }
    assert!(take("2001:db8:1:1:ffff::2").is_some(), "one household has a whole /64");
    assert_eq!(take("2001:db8:1:2::1"), None);
    // A whole /48 has eight times as much, not 65,536 times.
    let let_in = (2..1_000).filter(|other| take(&format!("2001:db8:1:{other:x}::1")).is_none()).count();
    assert!((8 * 60 - 61..8 * 60).contains(&let_in), "{let_in}");
    assert_eq!(take("2001:db8:2:1::1"), None, "somebody else's network is not theirs");
    // IPv4 as a server on [::] sees it: each address counts for itself.
    while take("::ffff:192.0.2.1").is_none() {}
    assert!(take("192.0.2.1").is_some());
    assert_eq!(take("::ffff:192.0.2.2"), None);
    let limited = rates.limited();
    assert!(
        limited.iter().any(|one| one.who == Who::Network(network("192.0.2.1")) && one.limit == Limit::Requests),
        "{limited:?}"
    );
}

#[test]
fn a_visitor_comes_back_often_and_not_without_end() {
    let rates = Rates::new(PerMinute { visitor_messages: 1, ..PerMinute::default() });
    let visitor = Subject::Arrival(ContactId::new());
    assert!((0..ARRIVALS).all(|_| rates.take(visitor).wait.is_none()));
    assert!(rates.take(visitor).wait.is_some());
    assert!(rates.take(Subject::Arrival(ContactId::new())).wait.is_none());
}

#[test]
fn looking_costs_nothing_and_kinds_do_not_share() {
    let rates = Rates::new(PerMinute { bad_credentials: 2, visitor_messages: 0, ..PerMinute::default() });
    let bad = Subject::BadCredentials(network("192.0.2.1"));
    for _ in 0..10 {
        assert_eq!(rates.look(bad).wait, None);
    }
    assert!(rates.take(bad).wait.is_none() && rates.take(bad).wait.is_none());
    assert_eq!(rates.look(bad).wait, Some(30));
    assert_eq!(rates.look(Subject::Network(network("192.0.2.1"))).wait, None);
    let visitor = Subject::Visitor(ContactId::new());
    assert!((0..10_000).all(|_| rates.take(visitor).wait.is_none()), "nought is no limit");
}

#[test]
fn tokens_of_an_earlier_release_are_looked_at_however_many_are_made_up_elsewhere() {
    let rates = Rates::new(PerMinute::default());
    let look = |text: &str| rates.look_at_unstamped(network(text)).is_ok();
    for other in 1..=12 {
        for _ in 0..400 {
            look(&format!("198.51.{other}.7"));
        }
    }
    assert!(!look("198.51.1.7"), "whoever sent many waits");
    for honest in 1..=50 {
        assert!(look(&format!("203.0.{honest}.9")), "newcomer {honest} was refused");
    }
    assert!(
        rates
            .limited()
            .iter()
            .any(|one| one.who == Who::Network(network("198.51.1.7")) && one.limit == Limit::Credentials)
    );
}

#[tokio::test]
async fn whoever_names_what_is_not_there_is_a_guesser() {
    let rates = Rates::new(PerMinute { bad_credentials: 3, ..PerMinute::default() });
    let guesser = network("192.0.2.1");
    let nothing = async || -> Result<()> { Err(Error::refused(ErrorCode::NotFound, "It is not there.")) };
    for _ in 0..10 {
        rates.look_for(guesser, async { Ok(()) }).await.unwrap();
    }
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(types::Error::from(rates.look_for(guesser, nothing()).await.unwrap_err()).code);
    }
    use ErrorCode::{NotFound, TooManyRequests};
    assert_eq!(codes, [NotFound, NotFound, NotFound, TooManyRequests, TooManyRequests]);
    rates.look_for(network("192.0.2.2"), async { Ok(()) }).await.unwrap();
}

#[test]
fn a_tenant_hears_that_its_key_is_limited() {
    let rates = Rates::new(PerMinute { key: 2, ..PerMinute::default() });
    let (tenant, key) = (TenantId::new(), ApiKeyId::new());
    for _ in 0..5 {
        rates.take_in(tenant, Subject::Key(key));
    }
    assert_eq!(rates.refused(tenant, 15), BTreeMap::from([(Limit::Requests, 3)]));
    let limited = rates.limited();
    assert_eq!((limited[0].who, limited[0].tenant), (Who::Key(key), Some(tenant)));
}
