use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::purpose::covers;
use crate::calendar::Zone;
use crate::interaction::Channel;
use crate::kernel::{CallingCode, Code, Language, Problem, Problems};

/// How the business looks after what it knows of its customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerPolicy {
    /// The calling code of telephone numbers written without one.
    pub calling_code: CallingCode,
    /// The language of customers who did not state theirs.
    pub language: Language,
    /// The time zone of customers who did not state theirs, by its IANA name.
    pub zone: String,
    /// [Purposes](crate::customer#purposes) for which a customer is told something only after they consented.
    /// For all others they are told unless they objected.
    pub consent_needed: BTreeSet<Code>,
    /// Over what a customer is told something, the dearest channel first, when they did not say or cannot
    /// be reached as they said.
    pub channel_order: Vec<Channel>,
    /// Channels for which a contact point need not be proven to be the customer's.
    pub unverified_channels: BTreeSet<Channel>,
    /// The tiers there are; any when empty.
    pub tiers: BTreeSet<Code>,
    /// How many records one commit of an erasure erases at most, 1 to 1000.
    pub erasure_page: u32,
}

impl Default for CustomerPolicy {
    /// Türkiye: +90, Turkish, Istanbul (`+03:00` without the feature `tz`); consent for `marketing`; e-mail,
    /// then text message; letters to unproven addresses; any tier; 100 records in each commit of an erasure.
    fn default() -> Self {
        let zone = if cfg!(feature = "tz") {
            "Europe/Istanbul"
        } else {
            "+03:00"
        };
        Self {
            calling_code: CallingCode::TURKIYE,
            language: Language::TURKISH,
            zone: zone.to_owned(),
            consent_needed: BTreeSet::from([Code::known("marketing")]),
            channel_order: vec![Channel::Email, Channel::Sms],
            unverified_channels: BTreeSet::from([Channel::Post]),
            tiers: BTreeSet::new(),
            erasure_page: 100,
        }
    }
}

impl CustomerPolicy {
    /// The time zone of customers who did not state theirs; UTC when it is none that is known.
    #[must_use]
    pub fn home_zone(&self) -> Zone {
        self.zone.parse().unwrap_or_else(|_| Zone::utc())
    }

    /// Whether the policy can be followed.
    ///
    /// # Errors
    /// [`Problems`]: `customer.unknown_zone`, `customer.channel_twice`, `customer.erasure_page`.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Vec::new();
        if self.zone.parse::<Zone>().is_err() {
            problems.push(Problem::new("zone", "customer.unknown_zone", &self.zone));
        }
        let mut seen = BTreeSet::new();
        for (n, channel) in self.channel_order.iter().enumerate() {
            if !seen.insert(channel) {
                let path = format!("channel_order[{n}]");
                problems.push(Problem::new(path, "customer.channel_twice", channel));
            }
        }
        if !(1..=1_000).contains(&self.erasure_page) {
            let facts = format!("{}, not 1 to 1000", self.erasure_page);
            problems.push(Problem::new("erasure_page", "customer.erasure_page", facts));
        }
        Problems::check(problems)
    }

    /// Whether a customer must have consented before they are told something for this purpose.
    #[must_use]
    pub fn needs_consent(&self, purpose: &Code) -> bool {
        self.consent_needed.iter().any(|wide| covers(wide, purpose))
    }

    /// Whether there is such a tier.
    #[must_use]
    pub fn has_tier(&self, tier: &Code) -> bool {
        self.tiers.is_empty() || self.tiers.contains(tier)
    }
}
