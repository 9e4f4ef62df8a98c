//! What goes along when a case changes hands, so that nobody has to ask or be asked again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::kernel::{By, Code, CustomerId, Personal};

/// A part of a hand-over packet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Slot {
    /// What the customer wants, in the customer's words.
    Goal,
    /// At least one fact with its source.
    Facts,
    /// A fact of this name; one on file will do.
    Fact(Code),
    /// What was tried, with its result.
    Steps,
    /// What the customer was promised and still waits for.
    Promises,
    /// The question the next desk has to answer.
    Question,
}

/// A fact and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFact {
    /// What is known.
    pub value: Personal<String>,
    /// Where it comes from, such as `customer`, `invoice`, `remote_session`.
    pub source: Code,
    /// Since when it is on file, UTC.
    pub at: DateTime<Utc>,
}

/// Something that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTried {
    /// What was done.
    pub step: Personal<String>,
    /// What came of it.
    pub result: Personal<String>,
}

/// What goes along when a case changes hands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Packet {
    /// What the customer wants, in the customer's words.
    pub goal: Option<Personal<String>>,
    /// What is known, with its source; put on the case's file.
    pub facts: BTreeMap<Code, (Personal<String>, Code)>,
    /// What was tried.
    pub steps: Vec<StepTried>,
    /// What the customer was promised and still waits for.
    pub promises: Vec<Personal<String>>,
    /// The question the next desk has to answer.
    pub question: Option<Personal<String>>,
}

impl Packet {
    /// A packet with the customer's goal and the question for the next desk.
    #[must_use]
    pub fn new(goal: impl Into<String>, question: impl Into<String>) -> Self {
        Self {
            goal: Some(Personal::new(goal.into())),
            question: Some(Personal::new(question.into())),
            ..Self::default()
        }
    }

    /// With one more fact and its source.
    #[must_use]
    pub fn with_fact(mut self, name: Code, value: impl Into<String>, source: Code) -> Self {
        self.facts
            .insert(name, (Personal::new(value.into()), source));
        self
    }

    /// With one more step that was tried, and what came of it.
    #[must_use]
    pub fn with_step(mut self, step: impl Into<String>, result: impl Into<String>) -> Self {
        self.steps.push(StepTried {
            step: Personal::new(step.into()),
            result: Personal::new(result.into()),
        });
        self
    }

    /// With one more promise that the customer still waits for.
    #[must_use]
    pub fn with_promise(mut self, promise: impl Into<String>) -> Self {
        self.promises.push(Personal::new(promise.into()));
        self
    }

    fn has(&self, slot: &Slot) -> bool {
        let says = |text: &Personal<String>| !text.expose().trim().is_empty();
        match slot {
            Slot::Goal => self.goal.as_ref().is_some_and(says),
            Slot::Facts => !self.facts.is_empty(),
            Slot::Fact(name) => self.facts.contains_key(name),
            Slot::Steps => !self.steps.is_empty(),
            Slot::Promises => !self.promises.is_empty(),
            Slot::Question => self.question.as_ref().is_some_and(says),
        }
    }

    /// The parts that the packet has.
    #[must_use]
    pub fn slots(&self) -> Vec<Slot> {
        let mut slots = vec![
            Slot::Goal,
            Slot::Facts,
            Slot::Steps,
            Slot::Promises,
            Slot::Question,
        ];
        slots.retain(|slot| self.has(slot));
        slots
    }

    /// The parts in `required` that neither this packet nor the file of the case has.
    #[must_use]
    pub fn missing(&self, required: &[Slot], file: &BTreeMap<Code, KnownFact>) -> Vec<Slot> {
        let on_file = |slot: &Slot| match slot {
            Slot::Facts => !file.is_empty(),
            Slot::Fact(name) => file.contains_key(name),
            Slot::Goal | Slot::Steps | Slot::Promises | Slot::Question => false,
        };
        let missing = |slot: &&Slot| !self.has(slot) && !on_file(slot);
        required.iter().filter(missing).cloned().collect()
    }
}

impl Packet {
    /// Whether a file takes it.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let steps = self
            .steps
            .iter()
            .flat_map(|tried| [&tried.step, &tried.result]);
        let texts = self.goal.iter().chain(&self.question).chain(&self.promises);
        texts.chain(steps).try_for_each(check_text)?;
        if self.steps.len().max(self.promises.len()) > Dossier::MOST {
            let most = Dossier::MOST;
            return Err(Refusal::FileFull { most });
        }
        let mut facts = self.facts.iter();
        facts.try_for_each(|(name, (value, _))| check_fact(name, value))
    }
}

/// Whether a text fits into a file.
pub(crate) fn check_text(text: &Personal<String>) -> Result<(), Refusal> {
    let (bytes, most) = (text.expose().len(), Dossier::LONGEST);
    if bytes > most {
        return Err(Refusal::TooLong { bytes, most });
    }
    Ok(())
}

/// Whether a fact says something and fits into a file.
pub(crate) fn check_fact(name: &Code, value: &Personal<String>) -> Result<(), Refusal> {
    if value.expose().trim().is_empty() {
        let fact = name.clone();
        return Err(Refusal::BlankFact { fact });
    }
    check_text(value)
}

/// A packet as it was handed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandOver {
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: By,
    /// To which team.
    pub to: Code,
    /// What went along.
    pub packet: Packet,
}

/// What is personal about a case: stored under the case's own number, so that it can be erased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    /// Whose case it is.
    pub customer: CustomerId,
    /// What the case is about, in the words of whoever opened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Personal<String>>,
    /// The facts on file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<Code, KnownFact>,
    /// The packets handed over, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hand_overs: Vec<HandOver>,
}

impl Dossier {
    /// The longest text in a file, in bytes.
    pub const LONGEST: usize = 64 * 1024;

    /// How many facts a file holds, and how many hand-overs; also how many steps and promises a packet.
    pub const MOST: usize = 256;

    /// Whether there is room for what was just put in.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        let most = Self::MOST;
        if self.facts.len().max(self.hand_overs.len()) > most {
            return Err(Refusal::FileFull { most });
        }
        Ok(())
    }

    /// An empty file.
    #[must_use]
    pub const fn new(customer: CustomerId) -> Self {
        Self {
            customer,
            subject: None,
            facts: BTreeMap::new(),
            hand_overs: Vec::new(),
        }
    }
}
