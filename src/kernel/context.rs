//! When, for which request and by whom something is done.

use std::fmt;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

use super::code::Code;
use super::digest::Digest;
use super::id::{CustomerId, RequestId, StaffId};

/// When, for which request and by whom a command is run.
///
/// Time, identity and randomness come in through this value; nothing in the crate asks the machine for
/// them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The present moment, in UTC, to the millisecond.
    pub now: DateTime<Utc>,
    /// The request's id. Repeat it when the same request is tried again: it then answers as it did the
    /// first time and changes nothing. Draw it at random (a UUID of version 4 or 7).
    pub request: RequestId,
    /// Who asks.
    pub actor: Actor,
}

impl Context {
    /// A context; `now` is cut to the millisecond.
    #[must_use]
    pub fn new(now: DateTime<Utc>, request: RequestId, actor: Actor) -> Self {
        Self {
            now: now.trunc_subsecs(3),
            request,
            actor,
        }
    }
}

impl Context {
    /// The context of the `n`th further command of the same request of the outside world: same moment, same
    /// actor, and an id that follows from this one's, so that trying all of them again is safe. Choose
    /// another `n` for each.
    ///
    /// ```
    /// # use aftercare::kernel::{Actor, Context, RequestId};
    /// # let drawn_by_the_browser = RequestId::from_u128(1);
    /// let click = Context::new("2026-03-02T07:00:00Z".parse()?, drawn_by_the_browser, Actor::System);
    /// assert_eq!(click.part(1), click.part(1));
    /// assert_ne!(click.part(1), click.part(2));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use]
    pub fn part(&self, n: u32) -> Self {
        let hash = Digest::public()
            .with_str("context.part")
            .with_u128(self.request.as_u128())
            .with_u128(n.into())
            .finish();
        Self {
            request: RequestId::from_u128(hash),
            ..self.clone()
        }
    }
}

/// The requests of one actor in a program that makes its own: a script, an import, a worker's loop, a story.
///
/// Every context has a new request id, which follows from the seed, the actor and a count. Draw the seed at
/// random once for each run of the program; two runs with one seed would ask the same requests again.
///
/// ```
/// use aftercare::kernel::{Actor, Requests};
/// let mut worker = Requests::of(Actor::System, 0x5eed); // a program would draw it
/// let nine = "2026-03-02T09:00:00+03:00".parse()?;
/// assert_ne!(worker.at(nine), worker.at(nine));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Requests {
    actor: Actor,
    seed: u128,
    made: u64,
}

impl Requests {
    /// Requests of `actor` whose ids follow from `seed`.
    #[must_use]
    pub const fn of(actor: Actor, seed: u128) -> Self {
        Self {
            actor,
            seed,
            made: 0,
        }
    }

    /// Who asks.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// A context for the next request, at this moment.
    #[must_use]
    pub fn at(&mut self, now: DateTime<Utc>) -> Context {
        let hash = Digest::public()
            .with_str("context.requests")
            .with_u128(self.seed)
            .with(&self.actor.by())
            .with_u128(self.made.into())
            .finish();
        self.made = self.made.wrapping_add(1);
        let request = RequestId::derived(RequestId::from_u128(hash), now, 0);
        Context::new(now, request, self.actor.clone())
    }
}

/// Who asks for something, as the caller's own sign-in established it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Actor {
    /// The system itself: imports, waking, relaying. May do everything.
    System,
    /// A member of staff with the roles that the rulebook gives permissions to.
    Staff {
        /// Who.
        id: StaffId,
        /// Roles, such as `agent` or `supervisor`.
        roles: Vec<Code>,
    },
    /// A customer, who reaches only their own records.
    Customer(CustomerId),
    /// A program that talks to customers; it has the permissions of the role `bot`.
    Bot(Code),
}

impl Actor {
    /// A member of staff with one role.
    ///
    /// ```
    /// use aftercare::{code, kernel::{Actor, StaffId}};
    /// let deniz = Actor::staff(StaffId::from_u128(1), code!("agent"));
    /// ```
    #[must_use]
    pub fn staff(id: StaffId, role: Code) -> Self {
        Self::Staff {
            id,
            roles: vec![role],
        }
    }

    /// Who this is, without the roles: what the journal keeps.
    #[must_use]
    pub fn by(&self) -> By {
        match self {
            Self::System => By::System,
            Self::Staff { id, .. } => By::Staff(*id),
            Self::Customer(id) => By::Customer(*id),
            Self::Bot(name) => By::Bot(name.clone()),
        }
    }
}

/// Who did something, as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum By {
    /// The system itself.
    System,
    /// A member of staff.
    Staff(StaffId),
    /// A customer.
    Customer(CustomerId),
    /// A program that talks to customers.
    Bot(Code),
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Staff(id) => write!(f, "staff {id}"),
            Self::Customer(id) => write!(f, "customer {id}"),
            Self::Bot(name) => write!(f, "bot {name}"),
        }
    }
}

/// When, for which request and by whom an event happened: what a state needs to know to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// When, in UTC.
    pub at: DateTime<Utc>,
    /// For which request.
    pub request: RequestId,
    /// By whom.
    pub by: By,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::code;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_772_442_000, 0).unwrap()
    }

    #[test]
    fn requests_of_two_actors_never_meet_even_with_one_seed() {
        let bot = Actor::Bot(code!("pera"));
        let mut seen = BTreeSet::new();
        for actor in [Actor::System, bot] {
            let mut requests = Requests::of(actor, 1);
            for _ in 0..100 {
                assert!(seen.insert(requests.at(noon()).request));
            }
        }
    }

    #[test]
    fn a_part_keeps_its_id_when_the_request_is_tried_again_later() {
        let first = Context::new(noon(), RequestId::from_u128(1), Actor::System);
        let again = Context::new(
            noon() + chrono::TimeDelta::hours(1),
            first.request,
            Actor::System,
        );
        assert_eq!(first.part(3).request, again.part(3).request);
        assert_eq!(first.part(3).now, first.now);
    }
}
