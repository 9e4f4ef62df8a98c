//! Ids that know what they name.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{Builder, Uuid};

use super::digest::Digest;

/// A 128-bit id of a `T`; ids of different things do not mix.
///
/// An id is a UUID (RFC 9562). It never carries personal data. Ids made here are of version 7: they
/// begin with the Unix time in milliseconds, so that they sort by the time they were made.
///
/// ```
/// use aftercare::kernel::{CaseId, CustomerId};
/// let a = CaseId::from_u128(7);
/// assert_eq!(a, CaseId::from_u128(7));
/// assert_eq!(a.to_string(), "00000000-0000-0000-0000-000000000007");
/// let _other: CustomerId = CustomerId::from_u128(7); // cannot be compared with `a`
/// ```
pub struct Id<T: ?Sized> {
    uuid: Uuid,
    names: PhantomData<fn() -> T>,
}

impl<T: ?Sized> Id<T> {
    /// The id with this UUID.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self {
            uuid,
            names: PhantomData,
        }
    }

    /// The id with this value, most significant byte first.
    #[must_use]
    pub const fn from_u128(value: u128) -> Self {
        Self::from_uuid(Uuid::from_u128(value))
    }

    /// A version 7 UUID from a given time and ten given bytes, which the caller draws at random.
    ///
    /// Times before 1970 count as 1970.
    #[must_use]
    pub fn v7(at: DateTime<Utc>, bytes: [u8; 10]) -> Self {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        Self::from_uuid(Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }

    /// The `n`th id made by a request: the same at every retry, ordered by time and then by `n` (which
    /// takes the place of the first twelve random bits, RFC 9562, 6.2, method 1).
    #[must_use]
    pub fn derived(request: RequestId, at: DateTime<Utc>, n: u32) -> Self {
        let hash = Digest::public()
            .with_u128(request.as_u128())
            .with_u128(u128::from(n))
            .finish();
        let [_, _, high, low] = n.to_be_bytes();
        let [a, b, c, d, e, f, g, h, ..] = hash.to_be_bytes();
        Self::v7(at, [high, low, a, b, c, d, e, f, g, h])
    }

    /// The UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// The value, most significant byte first.
    #[must_use]
    pub const fn as_u128(self) -> u128 {
        self.uuid.as_u128()
    }
}

impl<T: ?Sized> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Id<T> {}
impl<T: ?Sized> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T: ?Sized> Eq for Id<T> {}
impl<T: ?Sized> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T: ?Sized> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<T: ?Sized> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<T: ?Sized> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<T: ?Sized> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<T: ?Sized> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::from_str(text).map(Self::from_uuid)
    }
}
impl<T: ?Sized> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.uuid.serialize(serializer)
    }
}
impl<'de, T: ?Sized> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from_uuid)
    }
}

/// What an [`Id`] can name. These types have no values; they only keep ids of different things apart.
pub mod names {
    macro_rules! names {
        ($($(#[$doc:meta])* $name:ident => $alias:ident,)*) => {
            $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub enum $name {})*
            /// Short names for ids.
            pub(crate) mod aliases {
                $($(#[$doc])* pub type $alias = super::super::Id<super::$name>;)*
            }
        };
    }

    names! {
        /// One request to change something; the caller makes its id, and repeats it when it tries again.
        Request => RequestId,
        /// A customer: a person or an organisation that is looked after.
        Customer => CustomerId,
        /// What is personal about a customer; it has the customer's own number.
        Profile => ProfileId,
        /// Something that only one may hold, such as an e-mail address; its number is a keyed hash.
        Claim => ClaimId,
        /// A worker's hold on one share of the work that is due.
        Lease => LeaseId,
        /// One address, number or account under which a customer is reached.
        ContactPoint => ContactPointId,
        /// A member of staff.
        Staff => StaffId,
        /// One contact with a customer.
        Interaction => InteractionId,
        /// What was said or written: personal data, kept apart.
        Content => ContentId,
        /// A matter to resolve.
        Case => CaseId,
        /// What is personal about a case; it has the case's own number.
        Dossier => DossierId,
        /// A message on its way out.
        Message => MessageId,
        /// A model of what is sold.
        Product => ProductId,
        /// One piece of what is sold.
        Unit => UnitId,
        /// One reading of a meter.
        Reading => ReadingId,
        /// A purchase.
        Order => OrderId,
        /// The points of one customer in one loyalty programme; its number follows from both.
        Account => AccountId,
        /// Points that came or went for one reason, and can be turned back; a number of points is a lot of one.
        Movement => MovementId,
        /// Points kept aside until they are spent or given back.
        Hold => HoldId,
        /// How much of something limited was given out: a budget, a stock.
        Tally => TallyId,
        /// Pieces of an order that come back together.
        Return => ReturnId,
        /// A plan of service.
        Plan => PlanId,
        /// One service of a plan.
        Occurrence => OccurrenceId,
        /// An appointment.
        Visit => VisitId,
        /// Somebody who makes visits; it has the number of the member of staff.
        Technician => TechnicianId,
        /// One technician's one day.
        Agenda => AgendaId,
        /// The warranties of a unit; it has the unit's own number.
        Warranty => WarrantyId,
        /// A claim under a warranty.
        WarrantyClaim => WarrantyClaimId,
        /// One customer who is asked how something was.
        Survey => SurveyId,
        /// When a customer was asked last; it has the customer's own number.
        Respondent => RespondentId,
    }
}

pub use names::aliases::{
    AccountId, AgendaId, CaseId, ClaimId, ContactPointId, ContentId, CustomerId, DossierId, HoldId,
    InteractionId, LeaseId, MessageId, MovementId, OccurrenceId, OrderId, PlanId, ProductId,
    ProfileId, ReadingId, RequestId, RespondentId, ReturnId, StaffId, SurveyId, TallyId,
    TechnicianId, UnitId, VisitId, WarrantyClaimId, WarrantyId,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(millis).unwrap()
    }

    #[test]
    fn derived_ids_are_reproducible_distinct_and_sorted_by_time() {
        let request = RequestId::from_u128(42);
        let a = CaseId::derived(request, at(1_000), 0);
        assert_eq!(a, CaseId::derived(request, at(1_000), 0));
        assert_ne!(a, CaseId::derived(request, at(1_000), 1));
        assert_ne!(a, CaseId::derived(RequestId::from_u128(43), at(1_000), 0));
        assert!(a < CaseId::derived(request, at(1_001), 0));
        assert!((0..4_095).all(|n| {
            CaseId::derived(request, at(1_000), n) < CaseId::derived(request, at(1_000), n + 1)
        }));
        assert_eq!(a.uuid().get_version_num(), 7);
    }

    #[test]
    fn a_version_7_id_keeps_its_time_and_bytes() {
        let id = CaseId::v7(at(0x0123_4567_89ab), [0xff; 10]);
        assert_eq!(id.to_string(), "01234567-89ab-7fff-bfff-ffffffffffff");
    }

    #[test]
    fn an_id_survives_text_and_serde() {
        let id = CustomerId::from_u128(0xabc);
        assert_eq!(id.to_string().parse::<CustomerId>().unwrap(), id);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<CustomerId>(&json).unwrap(), id);
    }
}
