//! What happens to interactions.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::customer::Customer;
use crate::flows::case::{Spoken, spoke};
use crate::interaction::{
    AbandonContact, AnswerContact, ClassifyInteraction, Content, CorrectContent, Direction,
    EndContact, HoldContact, Interaction, InteractionEvent, JoinCase, MarkInteraction, Move,
    Opening, RecordMessage, RedactContent, Refusal, ResumeContact, Said, StartContact,
    TransferContact, Visibility, attendant, said_at_start, said_by_answering, said_since, speaker,
};
use crate::kernel::{Actor, CaseId, ContentId, CustomerId, InteractionId, Permission, Personal};
use crate::record::{Entry, Key};
use crate::work::{self, Command, Halt, Work};

/// The customer whom a contact is with, on whom the commit then depends: nothing may be written about a
/// customer who is erased or merged at the same time.
fn whom(work: &mut Work<'_>, id: CustomerId) -> Result<Arc<Customer>, Halt> {
    super::customer::active(work, id)
}

/// What a customer may never do, whatever the rulebook grants.
fn staff_only(work: &Work<'_>) -> Result<(), Halt> {
    let permission = Permission::INTERACTION_HANDLE;
    let is_customer = matches!(work.actor(), Actor::Customer(_));
    if is_customer || !work.rulebook().access().allows(work.actor(), permission) {
        return Err(work::Refusal::Denied { permission }.into());
    }
    Ok(())
}

/// Whether the actor may begin such a contact.
fn may_begin(
    work: &Work<'_>,
    direction: Direction,
    visibility: Visibility,
    is_plain: bool,
) -> Result<(), Halt> {
    let is_customers =
        direction == Direction::Inbound && visibility == Visibility::Public && is_plain;
    if !is_customers {
        staff_only(work)?;
    }
    if direction == Direction::Internal && visibility == Visibility::Public {
        return Err(Refusal::NoteIsInternal.into());
    }
    Ok(())
}

/// A case that an interaction with this customer can be part of.
fn matter(work: &mut Work<'_>, case: CaseId, customer: &Customer) -> Result<(), Halt> {
    let owner = work.need(case)?.customer;
    if owner == customer.id || customer.absorbed.contains(&owner) {
        Ok(())
    } else {
        Err(Refusal::CaseOfAnother { case }.into())
    }
}

/// Tells the case, if there is one. When the matter goes on in another case, the contact goes with it.
fn tell(work: &mut Work<'_>, id: InteractionId, said: Option<Said>) -> Result<(), Halt> {
    let now = work.now();
    let until = work.need(id)?.ended_at.unwrap_or(now);
    tell_until(work, id, said, until)
}

/// [`tell`] of a contact that has to do with the case until then.
fn tell_until(
    work: &mut Work<'_>,
    id: InteractionId,
    said: Option<Said>,
    until: DateTime<Utc>,
) -> Result<(), Halt> {
    let contact = work.need(id)?;
    let (Some(case), Some(said)) = (contact.case, said) else {
        return Ok(());
    };
    let spoken = Spoken {
        interaction: id,
        channel: contact.channel,
        at: said.at,
        until: until.max(said.at),
        by: said.by,
        is_public: said.is_public,
        asks: said.asks,
    };
    let goes_on = spoke(work, case, spoken)?;
    if goes_on == case {
        return Ok(());
    }
    // The case was merged, or is over and followed up: the words belong where the matter goes on.
    work.emit(id, InteractionEvent::Joined { case: goes_on })
}

/// Writes down what was said; `None` when there are no words.
fn write(
    work: &mut Work<'_>,
    interaction: InteractionId,
    customer: CustomerId,
    visibility: Visibility,
    subject: Option<&Personal<String>>,
    text: &Personal<String>,
) -> Result<Option<ContentId>, Halt> {
    let heading = subject.map_or(0, |subject| subject.expose().len());
    let bytes = heading.saturating_add(text.expose().len());
    if bytes == 0 {
        return Ok(None);
    }
    let most = Content::LONGEST;
    if bytes > most {
        return Err(Refusal::TooLong { bytes, most }.into());
    }
    let content = Content::id_of(interaction);
    work.put(
        content,
        Content {
            customer,
            visibility,
            subject: subject.cloned(),
            body: text.clone(),
        },
    )?;
    Ok(Some(content))
}

/// Writes down the words of a contact that is known already.
fn rewrite(
    work: &mut Work<'_>,
    contact: &Interaction,
    subject: Option<&Personal<String>>,
    text: &Personal<String>,
) -> Result<(), Halt> {
    whom(work, contact.customer)?;
    let (id, owner) = (contact.id, contact.customer);
    // The words before are replaced as a whole, so their row has to be known.
    work.get(Content::id_of(id))?;
    let content = write(work, id, owner, contact.visibility, subject, text)?;
    let content = content.ok_or(Refusal::NoContent)?;
    work.emit(id, InteractionEvent::Worded { content })
}

/// Records a message, without telling its case.
pub(crate) fn record(
    work: &mut Work<'_>,
    message: &RecordMessage,
) -> Result<Arc<Interaction>, Halt> {
    let (direction, visibility) = (message.direction, message.visibility);
    may_begin(work, direction, visibility, message.mark.is_none())?;
    if message.channel.is_none() && direction != Direction::Internal {
        return Err(Refusal::NoChannel.into());
    }
    work.want(message.case);
    let customer = whom(work, message.customer)?;
    if let Some(case) = message.case {
        matter(work, case, &customer)?;
    }
    let id: InteractionId = work.new_id();
    let subject = message.subject.as_ref();
    let content = write(work, id, customer.id, visibility, subject, &message.text)?;
    let by = &work.stamp().by;
    let opening = Opening {
        customer: customer.id,
        case: message.case,
        channel: message.channel,
        direction,
        phase: message.phase,
        visibility,
        speaker: speaker(direction, by),
        asks: message.asks,
        team: message.team.clone(),
        attendant: attendant(by).filter(|_| direction != Direction::Inbound),
        about: message.about.clone(),
        content,
        mark: message.mark,
    };
    work.emit(id, InteractionEvent::Recorded(Box::new(opening)))?;
    work.need(id)
}

/// Makes an interaction part of a case of the same customer; `false` when it is part of it already.
fn link(work: &mut Work<'_>, contact: &Interaction, case: CaseId) -> Result<bool, Halt> {
    match contact.case {
        Some(joined) if joined == case => return Ok(false),
        Some(case) => return Err(Refusal::HasCase { case }.into()),
        None => {}
    }
    let customer = whom(work, contact.customer)?;
    matter(work, case, &customer)?;
    work.emit(contact.id, InteractionEvent::Joined { case })?;
    Ok(true)
}

/// Makes the interaction from which a case was opened part of it. What began it is the opening; that
/// somebody attends to the customer already is told.
pub(crate) fn join(work: &mut Work<'_>, id: InteractionId, case: CaseId) -> Result<(), Halt> {
    let contact = work.need(id)?;
    let is_new = link(work, &contact, case)?;
    let reply = said_since(&contact);
    let reply = reply.filter(|_| is_new && contact.direction == Direction::Inbound);
    // The case is about that very contact, however long ago it was.
    let now = work.now();
    tell_until(work, id, reply, now)
}

impl Command for RecordMessage {
    type Output = InteractionId;
    const NAME: &'static str = "interaction.record";
    const PERMISSION: Permission = Permission::INTERACTION_CONTACT;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let contact = record(work, self)?;
        tell(work, contact.id, said_at_start(&contact))
    }

    fn output(&self, entry: &Entry) -> InteractionId {
        entry.made(0)
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
        keys.extend(self.case.map(Key::of));
    }
}

impl Command for StartContact {
    type Output = InteractionId;
    const NAME: &'static str = "interaction.start";
    const PERMISSION: Permission = Permission::INTERACTION_CONTACT;

    fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
        let is_plain = self.mark.is_none() && self.answered_by.is_none();
        may_begin(work, self.direction, self.visibility, is_plain)?;
        let customer = whom(work, self.customer)?;
        if let Some(case) = self.case {
            matter(work, case, &customer)?;
        }
        let id: InteractionId = work.new_id();
        let by = &work.stamp().by;
        let opening = Opening {
            customer: customer.id,
            case: self.case,
            channel: Some(self.channel),
            direction: self.direction,
            phase: self.phase,
            visibility: self.visibility,
            speaker: speaker(self.direction, by),
            asks: self.asks,
            team: self.team.clone(),
            attendant: attendant(by).filter(|_| self.direction != Direction::Inbound),
            about: self.about.clone(),
            content: None,
            mark: self.mark,
        };
        work.emit(id, InteractionEvent::Started(Box::new(opening)))?;
        let contact = work.need(id)?;
        tell(work, contact.id, said_at_start(&contact))?;
        let Some(by) = self.answered_by.clone() else {
            return Ok(());
        };
        let said = said_by_answering(&contact, &by, work.now());
        work.emit(id, InteractionEvent::Answered { by, team: None })?;
        tell(work, id, said)
    }

    fn output(&self, entry: &Entry) -> InteractionId {
        entry.made(0)
    }

    fn reads(&self, keys: &mut Vec<Key>) {
        keys.push(Key::of(self.customer));
        keys.extend(self.case.map(Key::of));
    }
}

/// What all commands about a known interaction share: their names, who may do them, what they read first.
macro_rules! handled {
    ($($command:ident as $name:literal needs $permission:ident: |$this:ident, $work:ident, $contact:ident| $decide:block)*) => {
        $(impl Command for $command {
            type Output = ();
            const NAME: &'static str = $name;
            const PERMISSION: Permission = Permission::$permission;

            fn decide(&self, work: &mut Work<'_>) -> Result<(), Halt> {
                if Self::PERMISSION == Permission::INTERACTION_HANDLE {
                    staff_only(work)?;
                }
                let contact = work.need(self.interaction)?;
                let ($this, $work, $contact) = (self, work, &*contact);
                $decide
            }

            fn output(&self, _entry: &Entry) {}

            fn reads(&self, keys: &mut Vec<Key>) {
                keys.push(Key::of(self.interaction));
            }
        })*
    };
}

handled! {
    AnswerContact as "interaction.answer" needs INTERACTION_HANDLE: |this, work, contact| {
        contact.check(Move::Answer)?;
        let asking = attendant(&work.stamp().by);
        let by = this.by.clone().or(asking).or_else(|| contact.attendant.clone());
        let by = by.ok_or(Refusal::NobodyNamed)?;
        let said = said_by_answering(contact, &by, work.now());
        let team = this.team.clone();
        work.emit(contact.id, InteractionEvent::Answered { by, team })?;
        tell(work, contact.id, said)
    }

    HoldContact as "interaction.hold" needs INTERACTION_HANDLE: |_this, work, contact| {
        contact.check(Move::Hold)?;
        work.emit(contact.id, InteractionEvent::Held)
    }

    ResumeContact as "interaction.resume" needs INTERACTION_HANDLE: |_this, work, contact| {
        contact.check(Move::Resume)?;
        work.emit(contact.id, InteractionEvent::Resumed)
    }

    TransferContact as "interaction.transfer" needs INTERACTION_HANDLE: |this, work, contact| {
        contact.check(Move::Transfer)?;
        let to = this.to.clone();
        work.emit(contact.id, InteractionEvent::Transferred { to })
    }

    EndContact as "interaction.end" needs INTERACTION_HANDLE: |this, work, contact| {
        contact.check(Move::End)?;
        if let Some(text) = this.text.as_ref().filter(|text| !text.expose().is_empty()) {
            rewrite(work, contact, None, text)?;
        }
        let outcome = this.outcome.clone();
        work.emit(contact.id, InteractionEvent::Ended { outcome })
    }

    AbandonContact as "interaction.abandon" needs INTERACTION_CONTACT: |this, work, contact| {
        if contact.direction != Direction::Inbound {
            staff_only(work)?;
        }
        contact.check(Move::Abandon)?;
        let reason = this.reason.clone();
        work.emit(contact.id, InteractionEvent::Abandoned { reason })
    }

    JoinCase as "interaction.join_case" needs INTERACTION_HANDLE: |this, work, contact| {
        if link(work, contact, this.case)? {
            tell(work, contact.id, said_at_start(contact))?;
            tell(work, contact.id, said_since(contact))?;
        }
        Ok(())
    }

    ClassifyInteraction as "interaction.classify" needs INTERACTION_HANDLE: |this, work, contact| {
        let phase = this.phase.unwrap_or(contact.phase);
        let about = this.about.clone();
        work.emit(contact.id, InteractionEvent::Classified { phase, about })
    }

    MarkInteraction as "interaction.mark" needs INTERACTION_HANDLE: |this, work, contact| {
        let was_unheard = contact.is_unheard;
        work.emit(contact.id, InteractionEvent::Marked { mark: this.mark })?;
        // It was no spam after all: the case hears of it now.
        if was_unheard && this.mark.is_none() {
            let contact = work.need(contact.id)?;
            tell(work, contact.id, said_at_start(&contact))?;
            tell(work, contact.id, said_since(&contact))?;
        }
        Ok(())
    }

    CorrectContent as "interaction.correct_content" needs INTERACTION_HANDLE: |this, work, contact| {
        rewrite(work, contact, this.subject.as_ref(), &this.text)
    }

    RedactContent as "interaction.redact_content" needs INTERACTION_HANDLE: |this, work, contact| {
        let content = contact.content.ok_or(Refusal::NoContent)?;
        work.erase(content)?;
        if let Some(reason) = &this.reason {
            work.because(reason.clone());
        }
        work.emit(contact.id, InteractionEvent::Redacted)
    }
}
