//! What requests hold while they are worked on: a place among all, and memory
//! for their bodies. Each network, and each business, has a share that becomes
//! smaller the more is taken, so that there is always something for the next.

use super::{State, device};
use axum::extract::Request;
use domain::{
    Network,
    accounts::Caller,
    rates::{Limit, Who},
    shares::{Share, Shares, is_fair},
};
use types::{Error, ErrorCode, TenantId};

/// Bytes up to which a body is small.
pub const SMALL: u64 = 64 * 1024;
/// Requests that one may always have at once, while there are places.
const AT_ONCE: u64 = 4;

/// Who holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// All together.
    All,
    /// A network, or the one around it.
    Network(Network),
    /// A business.
    Tenant(TenantId),
}

/// In whose name a request holds something: all, then the wider and the narrower holder.
#[derive(Clone, Copy, Debug)]
pub struct Whose([Holder; 3]);

impl Whose {
    /// Says whose request it is.
    pub fn of(state: &State, request: &Request) -> Self {
        let network = Network::of(device::address(state, request));
        let wide = match request.extensions().get::<Result<Caller, Error>>() {
            Some(Ok(caller)) => Holder::Tenant(caller.tenant()),
            _ => Holder::Network(network.around()),
        };
        Self([Holder::All, wide, Holder::Network(network)])
    }

    /// Who is refused, and the tenant that it happens to.
    fn told(self) -> Option<(Who, Option<TenantId>)> {
        let [_, wide, narrow] = self.0;
        let tenant = if let Holder::Tenant(tenant) = wide { Some(tenant) } else { None };
        match narrow {
            Holder::Network(network) => Some((Who::Network(network), tenant)),
            Holder::Tenant(own) => Some((Who::Tenant(own), Some(own))),
            Holder::All => None,
        }
    }
}

/// What is held by all requests.
#[derive(Clone, Debug)]
pub struct Held {
    places: u64,
    has_shares: bool,
    bytes: u64,
    at_once: Shares<Holder>,
    small: Shares<Holder>,
    large: Shares<Holder>,
}

impl Held {
    /// So many requests at once, with a share for each or without, and so many bytes of bodies; 0 for no limit of them.
    #[must_use]
    pub fn new(places: u32, has_shares: bool, bytes: u64) -> Self {
        Self {
            places: u64::from(places),
            has_shares,
            bytes,
            at_once: Shares::default(),
            small: Shares::default(),
            large: Shares::default(),
        }
    }

    /// Bytes of bodies that are held now.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.small.held(&Holder::All) + self.large.held(&Holder::All)
    }

    /// A place for a request.
    ///
    /// # Errors
    /// `unavailable` when there is none, or none for whoever asks.
    pub fn place(&self, state: &State, whose: Whose) -> Result<Share<Holder, 3>, Error> {
        let (places, has_shares) = (self.places, self.has_shares);
        let place = self.at_once.take(1, whose.0, |held @ [all, ..]| {
            if all < places && (!has_shares || is_share(places, held, 1, AT_ONCE)) { Ok(()) } else { Err(()) }
        });
        place.map_err(|()| refuse(state, Limit::AtOnce, whose))
    }

    /// Room for a body, none of which is there yet.
    #[must_use]
    pub fn room(&self, whose: Whose) -> Room {
        Room { held: self.clone(), whose, share: None, size: 0 }
    }
}

/// What the body of one request takes.
#[derive(Debug)]
pub struct Room {
    held: Held,
    whose: Whose,
    share: Option<Share<Holder, 3>>,
    size: u64,
}

impl Room {
    /// Makes it so large; says whether there was room for whoever asks.
    pub fn grow_to(&mut self, size: u64) -> bool {
        let whole = self.held.bytes;
        if whole == 0 || size <= self.size {
            return true;
        }
        // What is small has a room of its own, so that uploads never stand in its way.
        let is_large = size > SMALL;
        let (shares, whole) = if is_large { (&self.held.large, whole / 4 * 3) } else { (&self.held.small, whole / 4) };
        let is_moved = is_large && self.size <= SMALL;
        let more = if is_moved { size } else { size - self.size };
        let may = |held @ [all, ..]: [u64; 3]| {
            if all + more <= whole && is_share(whole, held, more, SMALL) { Ok(()) } else { Err(()) }
        };
        let grown = match &mut self.share {
            Some(share) if !is_moved => share.grow(more, may),
            _ => shares.take(more, self.whose.0, may).map(|share| self.share = Some(share)),
        };
        if grown.is_ok() {
            self.size = size;
        }
        grown.is_ok()
    }

    /// The refusal when there was none.
    pub fn refuse(&self, state: &State) -> Error {
        refuse(state, Limit::Bytes, self.whose)
    }
}

/// Whether each holder may have so much more: the narrower one its fair share or `least`, the wider one twice that; a
/// business has one share.
fn is_share(whole: u64, [all, wide, narrow]: [u64; 3], more: u64, least: u64) -> bool {
    is_fair(whole, all, narrow + more, least) && is_fair(whole, all, wide.div_ceil(2) + more, least)
}

fn refuse(state: &State, limit: Limit, whose: Whose) -> Error {
    if let Some((who, tenant)) = whose.told() {
        tracing::warn!(limit = limit.words(), %who, "too much at once");
        state.product().rates().note(limit, who, tenant);
    }
    Error::new(ErrorCode::Unavailable, "The server is very busy. Nothing was lost; please try again in a moment.")
}
