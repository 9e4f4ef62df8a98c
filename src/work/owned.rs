//! A command that brings its context along, for loops that run one command after another.

use std::sync::Arc;

use super::operation::{Answer, Ask, Command, Run, Step};
use super::refusal::Refusal;
use crate::kernel::Context;
use crate::record::{Commit, Entry};
use crate::rulebook::Rulebook;

/// How often it begins again when others were faster.
const CONFLICTS: u8 = 64;

/// One command on its way, with its context.
#[derive(Debug)]
pub(crate) struct Owned<'r, C> {
    context: Context,
    command: C,
    run: Run<'r, Option<Arc<Entry>>>,
    conflicts: u8,
    is_new: bool,
}

impl<'r, C: Command> Owned<'r, C> {
    pub(crate) fn new(context: Context, command: C, rulebook: &'r Rulebook) -> Self {
        Self {
            context,
            command,
            run: Run::new(rulebook),
            conflicts: 0,
            is_new: false,
        }
    }

    pub(crate) const fn command(&self) -> &C {
        &self.command
    }

    /// Whether it wrote something; otherwise the same request had been carried out before.
    pub(crate) const fn is_new(&self) -> bool {
        self.is_new
    }

    /// Whether others were faster again and again, so that it is given up.
    pub(crate) const fn is_hopeless(&self) -> bool {
        self.conflicts >= CONFLICTS
    }

    pub(crate) fn step(&mut self) -> Result<Step<Option<Arc<Entry>>>, Refusal> {
        let (command, context) = (&self.command, &self.context);
        let step = self.run.step(|n| (n == 0).then_some((command, context)))?;
        if let Step::Ask(ask) = &step {
            self.is_new = matches!(ask, Ask::Commit(_));
        }
        Ok(step)
    }

    pub(crate) fn answer(&mut self, answer: Answer) -> Result<(), Refusal> {
        if matches!(answer, Answer::Commit(Commit::Conflict)) {
            self.conflicts = self.conflicts.saturating_add(1);
        }
        self.run.answer(answer)
    }
}
