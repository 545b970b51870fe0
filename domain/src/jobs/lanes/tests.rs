//! Hostile tenants and a well-behaved one, on a clock of numbers.

use super::*;
use crate::answers::Calls;
use types::TenantId;

#[test]
fn no_tenant_fills_a_lane() {
    for lane in Lane::ALL {
        assert!(lane.share() < lane.under_way() && lane.hands() <= lane.under_way(), "{lane:?}");
        assert!(lane.may_have(0) >= 1 && lane.may_have(lane.under_way()) == 1, "{lane:?}");
    }
}

/// A job that is under way until a moment.
struct Running<P> {
    tenant: usize,
    until: u32,
    _place: P,
}

/// Goes round as `claim` does: to the next tenant that has work and less than it may have.
fn next<P>(lane: Lane, turn: &mut usize, running: &[Running<P>], has_work: &[bool]) -> Option<usize> {
    if running.len() >= lane.under_way() {
        return None;
    }
    let most = lane.may_have(running.len());
    let found = (1..=has_work.len())
        .map(|step| (*turn + step) % has_work.len())
        .find(|tenant| has_work[*tenant] && running.iter().filter(|job| job.tenant == *tenant).count() < most)?;
    *turn = found;
    Some(found)
}

#[test]
fn slow_models_of_many_tenants_keep_nobody_from_an_answer_nor_from_a_model() {
    // Answers that the hands begin in a second, and seconds that a hostile model takes.
    const BEGUN: usize = 40;
    const SLOW: u32 = 45;
    let lane = Lane::Answers;
    for hostile in [6, 16, 64] {
        let (calls, mut turn, mut running) = (Calls::default(), 0, Vec::new());
        let tenants: Vec<TenantId> = (0..=hostile).map(|_| TenantId::new()).collect();
        let mut asked = None;
        let mut answered = 0;
        for now in 0..600_u32 {
            running.retain(|job: &Running<_>| job.until > now);
            // Somebody asks the last one something every ten seconds; of the others there is always more.
            if now % 10 == 0 && now > SLOW {
                asked.get_or_insert(now);
            }
            for _ in 0..BEGUN {
                let mut has_work = vec![true; hostile];
                has_work.push(asked.is_some());
                let Some(tenant) = next(lane, &mut turn, &running, &has_work) else { break };
                let is_patient = running.iter().filter(|job| job.tenant == tenant).count() < 12;
                let place = is_patient.then(|| calls.place(tenants[tenant]).ok()).flatten();
                let is_last = tenant == hostile;
                if is_last {
                    let since = asked.take().unwrap();
                    assert!(now - since <= 2, "it waited {} s for {hostile} others", now - since);
                    assert!(place.is_some(), "no place at its model because of {hostile} others");
                    answered += 1;
                }
                // Who gets no place is answered at once, from the passages.
                if place.is_some() {
                    running.push(Running { tenant, until: now + if is_last { 2 } else { SLOW }, _place: place });
                }
            }
        }
        assert_eq!(answered, 55, "{hostile}");
    }
}

#[test]
fn sites_without_end_of_many_tenants_hold_up_that_of_another_for_minutes_at_most() {
    const SLICE: u32 = 10;
    let lane = Lane::Crawling;
    for (hostile, longest) in [(6, 0), (16, 0), (32, 0), (64, SLICE), (128, 2 * SLICE)] {
        for start in 1..3 * SLICE {
            let (mut turn, mut running) = (0, Vec::new());
            let mut begun = None;
            for now in 0..200 {
                running.retain(|job: &Running<()>| job.until > now);
                loop {
                    let mut has_work = vec![true; hostile];
                    has_work.push(now >= start && begun.is_none());
                    let Some(tenant) = next(lane, &mut turn, &running, &has_work) else { break };
                    if tenant == hostile {
                        begun = Some(now);
                    }
                    running.push(Running { tenant, until: now + SLICE, _place: () });
                }
            }
            let waited = begun.unwrap() - start;
            assert!(waited <= longest, "{hostile} others hold it up for {waited} minutes");
        }
    }
}
