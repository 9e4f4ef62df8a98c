//! What kinds of record there are, and how one is named.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::kernel::Id;

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $code:literal $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum $name { $($(#[$item])* $variant = $code,)* }

        impl $name {
            /// All of them, by code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The number under which a store keeps it; it never changes.
            #[must_use]
            pub const fn code(self) -> u8 {
                match self { $(Self::$variant => $code,)* }
            }

            /// The one with this number.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }

            /// Its name, as serde writes it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}
pub(super) use coded;

coded! {
    /// The kinds of record that a store holds.
    Kind {
        /// A customer, without anything personal.
        Customer = 1 "customer",
        /// What is personal about a customer: name and contact points.
        Profile = 2 "profile",
        /// What was said or written.
        Content = 3 "content",
        /// One contact with a customer.
        Interaction = 4 "interaction",
        /// A matter to resolve.
        Case = 5 "case",
        /// A journal entry: what one request changed.
        Entry = 6 "entry",
        /// Something that only one may hold.
        Claim = 7 "claim",
        /// A message on its way out.
        Message = 8 "message",
        /// A worker's hold on a share of the work.
        Lease = 9 "lease",
        /// What is personal about a case.
        Dossier = 10 "dossier",
        /// A model of what is sold.
        Product = 20 "product",
        /// One piece of what is sold.
        Unit = 21 "unit",
        /// One reading of a meter.
        Reading = 22 "reading",
        /// A purchase.
        Order = 23 "order",
        /// The points of one customer in one loyalty programme.
        Account = 40 "account",
        /// Points that were earned or spent, and can be turned back.
        Movement = 41 "movement",
        /// How much of something limited was given out.
        Tally = 42 "tally",
        /// Pieces of an order that come back together.
        Return = 24 "return",
        /// A plan of service.
        Plan = 50 "plan",
        /// One service of a plan.
        Occurrence = 51 "occurrence",
        /// An appointment.
        Visit = 52 "visit",
        /// Somebody who makes visits.
        Technician = 53 "technician",
        /// One technician's one day.
        Agenda = 54 "agenda",
        /// What a unit is covered by.
        Warranty = 60 "warranty",
        /// A claim under a warranty.
        WarrantyClaim = 61 "warranty_claim",
        /// One customer who is asked how something was.
        Survey = 70 "survey",
        /// When a customer was asked last.
        Respondent = 71 "respondent",
    }
}

/// The name of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// What kind of record.
    pub kind: Kind,
    /// Which one of them.
    pub id: Uuid,
}

impl Key {
    /// The record of this kind with this id.
    #[must_use]
    pub const fn new(kind: Kind, id: Uuid) -> Self {
        Self { kind, id }
    }

    /// The key of the record that `id` names.
    #[must_use]
    pub fn of<N: super::Stored>(id: Id<N>) -> Self {
        Self::new(N::KIND, id.uuid())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}
