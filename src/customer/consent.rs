use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::purpose::{covers, narrowness};
use crate::interaction::Channel;
use crate::kernel::Code;

/// What a customer decided about being told something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    /// For what, such as `marketing`.
    pub purpose: Code,
    /// Over which channel; any when `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Whether it was given; `false` when it was withdrawn or denied.
    pub is_given: bool,
    /// When, UTC.
    pub decided_at: DateTime<Utc>,
    /// Where it was said, such as `checkout` or `call`.
    pub source: Code,
    /// The version of the wording that the customer saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<Code>,
}

impl Consent {
    fn concerns(&self, purpose: &Code, channel: Option<Channel>) -> bool {
        covers(&self.purpose, purpose) && (self.channel.is_none() || self.channel == channel)
    }

    /// Whether this is about less than `other`, and about nothing but what `other` is about.
    fn is_narrower_than(&self, other: &Self) -> bool {
        let same = self.purpose == other.purpose && self.channel == other.channel;
        !same && other.concerns(&self.purpose, self.channel)
    }
}

/// What a customer decided, as it stands now; how it came about is in the journal.
///
/// A later decision takes the place of earlier ones about the same or less: who withdraws `marketing` also
/// withdraws `marketing.offers`, and who withdraws for every channel withdraws for each. A decision about
/// less than an earlier one stands beside it and counts first. Where two count alike, a withdrawal wins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Consents(Vec<Consent>);

impl Consents {
    /// The decisions, oldest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Consent> {
        self.0.iter()
    }

    /// How many decisions stand.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was decided.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was decided about a purpose and a channel (every channel when `None`): given, withdrawn, or
    /// nothing.
    #[must_use]
    pub fn decided(&self, purpose: &Code, channel: Option<Channel>) -> Option<bool> {
        let about: Vec<&Consent> = self
            .0
            .iter()
            .filter(|consent| consent.concerns(purpose, channel))
            .collect();
        about
            .iter()
            .filter(|one| !about.iter().any(|other| other.is_narrower_than(one)))
            .map(|consent| consent.is_given)
            .reduce(|all, one| all && one)
    }

    /// Enters a decision; those about the same or less no longer stand.
    pub fn decide(&mut self, decision: Consent) {
        self.0.retain(|consent| {
            let is_within = covers(&decision.purpose, &consent.purpose)
                && (decision.channel.is_none() || decision.channel == consent.channel);
            !is_within
        });
        self.0.push(decision);
    }

    /// What holds for one person of whom two records said something: about everything that either speaks
    /// of, a withdrawal in one of them wins over a consent in the other.
    #[must_use]
    pub fn strictest(&self, other: &Self) -> Self {
        let mut merged: Vec<Consent> = Vec::with_capacity(self.len() + other.len());
        for consent in self.iter().chain(other.iter()) {
            let decided = |of: &Self| of.decided(&consent.purpose, consent.channel);
            let mut consent = consent.clone();
            consent.is_given = decided(self) != Some(false) && decided(other) != Some(false);
            match merged
                .iter_mut()
                .find(|known| known.purpose == consent.purpose && known.channel == consent.channel)
            {
                // Of two decisions that agree, the later one tells where it was said.
                Some(known) if known.decided_at < consent.decided_at => *known = consent,
                Some(_) => {}
                None => merged.push(consent),
            }
        }
        // The narrower ones behind, as `decide` leaves them.
        merged.sort_by_key(|consent| (narrowness(&consent.purpose), consent.channel.is_some()));
        Self(merged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;
    use proptest::prelude::*;

    fn consent(purpose: Code, channel: Option<Channel>, is_given: bool) -> Consent {
        Consent {
            purpose,
            channel,
            is_given,
            decided_at: DateTime::UNIX_EPOCH,
            source: code!("test"),
            wording: None,
        }
    }

    fn after(decisions: &[(Code, Option<Channel>, bool)]) -> Consents {
        let mut consents = Consents::default();
        for (purpose, channel, is_given) in decisions {
            consents.decide(consent(purpose.clone(), *channel, *is_given));
        }
        consents
    }

    #[test]
    fn a_general_withdrawal_ends_every_narrower_consent() {
        let consents = after(&[
            (code!("marketing.offers"), Some(Channel::Sms), true),
            (code!("marketing"), None, false),
        ]);
        let decided = consents.decided(&code!("marketing.offers"), Some(Channel::Sms));
        assert_eq!(decided, Some(false));
        assert_eq!(consents.len(), 1);
    }

    #[test]
    fn a_later_narrower_decision_counts_first() {
        let consents = after(&[
            (code!("marketing"), None, false),
            (code!("marketing"), Some(Channel::Sms), true),
        ]);
        assert_eq!(
            consents.decided(&code!("marketing"), Some(Channel::Sms)),
            Some(true)
        );
        assert_eq!(
            consents.decided(&code!("marketing"), Some(Channel::Email)),
            Some(false)
        );
        assert_eq!(
            consents.decided(&code!("survey"), Some(Channel::Email)),
            None
        );
    }

    #[test]
    fn where_two_decisions_count_alike_the_withdrawal_wins() {
        let consents = after(&[
            (code!("marketing"), Some(Channel::Sms), true),
            (code!("marketing.offers"), None, false),
        ]);
        let decided = consents.decided(&code!("marketing.offers"), Some(Channel::Sms));
        assert_eq!(decided, Some(false));
    }

    fn purposes() -> impl Strategy<Value = Code> {
        prop::sample::select(vec![
            code!("*"),
            code!("marketing"),
            code!("marketing.offers"),
            code!("survey"),
        ])
    }

    fn channels() -> impl Strategy<Value = Option<Channel>> {
        prop::sample::select(vec![None, Some(Channel::Sms), Some(Channel::Email)])
    }

    fn histories() -> impl Strategy<Value = Consents> {
        prop::collection::vec((purposes(), channels(), any::<bool>()), 0..6)
            .prop_map(|decisions| after(&decisions))
    }

    proptest! {
        #[test]
        fn merging_never_allows_what_either_record_forbids(
            a in histories(), b in histories(), purpose in purposes(), channel in channels()
        ) {
            let merged = a.strictest(&b).decided(&purpose, channel);
            let (a, b) = (a.decided(&purpose, channel), b.decided(&purpose, channel));
            if a == Some(false) || b == Some(false) {
                prop_assert_eq!(merged, Some(false));
            }
            prop_assert_eq!(merged.is_some(), a.is_some() || b.is_some());
        }

        #[test]
        fn the_last_decision_holds_for_what_it_is_about(
            mut consents in histories(), purpose in purposes(), channel in channels(), is_given in any::<bool>()
        ) {
            consents.decide(consent(purpose.clone(), channel, is_given));
            let decided = consents.decided(&purpose, channel);
            // Something else may count alike and be stricter, but a withdrawal always holds.
            prop_assert!(decided == Some(is_given) || is_given);
        }
    }
}
