//! One case after another, and what customers say about them: who is asked, what counts as an answer, and what a bad one sets in
//! motion.
//!
//! ```text
//! cargo run --example survey
//! ```

#![allow(clippy::print_stdout, reason = "a program that prints")]

use std::cell::RefCell;
use std::convert::Infallible;
use std::error::Error;

use aftercare::measures::{Lens, Measures};
use aftercare::prelude::*;
use aftercare::satisfaction::{Confidence, Instrument, Scale};
use chrono::{DateTime, TimeDelta, Utc};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Puts invitations into the customer's language, as a mail system of yours would.
#[derive(Default)]
struct Mail(RefCell<Vec<SurveyToken>>);

impl Courier for Mail {
    type Error = Infallible;

    fn send(&self, envelope: &Envelope) -> std::result::Result<Receipt, SendError<Infallible>> {
        if envelope.draft().template == code!("survey.reminder") {
            println!("  e-posta: \u{201c}Yanıtınızı bekliyoruz\u{201d}");
        } else if let Some(token) = envelope.survey {
            println!(
                "  e-posta: \u{201c}Size nasıl yardımcı olduk? 1 \u{b7} 2 \u{b7} 3 \u{b7} 4 \u{b7} 5\u{201d}"
            );
            self.0.borrow_mut().push(token);
        } else {
            println!(
                "  to {:?}: {}",
                envelope.draft().to,
                envelope.draft().template
            );
        }
        Ok(Receipt::default())
    }
}

fn rulebook() -> Result<Rulebook> {
    let csat = Instrument::new(code!("after_case"), Scale::CsatFive);
    let programme = SurveyProgramme::new(code!("after_case"), csat)
        .asking(code!("why"))
        .after(TimeDelta::hours(1))
        .reminding_after(TimeDelta::days(3))
        .closing_the_loop(ClosedLoop::new(2, code!("care"), TimeDelta::days(2)));
    let ask = Reaction::survey(code!("ask"), Trigger::CaseSolved, code!("after_case"));
    let spec = RulebookSpec::new()
        .with_survey(programme)
        .with_survey_throttle(TimeDelta::days(30))
        .with_reaction(ask);
    Ok(spec.build(SecretKey::new(*b"a secret of ours"))?)
}

fn main() -> Result<()> {
    let desk = Desk::new(MemoryStore::new(), rulebook()?);
    let mut system = Requests::of(Actor::System, 1);
    let mut deniz = Requests::of(Actor::staff(StaffId::from_u128(7), code!("agent")), 2);
    let mail = Mail::default();
    let mut now: DateTime<Utc> = "2026-03-02T10:15:00+03:00".parse()?;

    let mut customers = Vec::new();
    for (name, email) in [("Ayşe", "ayse@example.com"), ("Can", "can@example.com")] {
        let register = RegisterCustomer::named(name).with_email(email);
        let customer = desk.run(&deniz.at(now), register)?;
        let known = desk.get(deniz.actor(), customer)?.ok_or("registered")?;
        let contact = known.contacts.first().ok_or("an address")?.id;
        desk.run(&deniz.at(now), VerifyContactPoint { customer, contact })?;
        customers.push(customer);
    }
    // Ayşe's case, Can's case, and Ayşe's next one a week later: she was asked already.
    let stories = [(0, 0), (1, 0), (0, 7)];
    for (who, days) in stories {
        now += TimeDelta::days(days);
        let customer = *customers.get(who).ok_or("one of the two")?;
        let open = OpenCase::new(customer, Channel::Email, "Su almıyor");
        let case = desk.run(&deniz.at(now), open.with_topic(code!("no_water")))?;
        let to = code!("solved");
        desk.run(&deniz.at(now), MoveCase { case, to })?;
        now += TimeDelta::hours(1);
        println!("{}: an hour after a case was solved", now.format("%d %B"));
        desk.wake(&system.at(now), Share::ALL, 100)?;
        desk.relay(&system.at(now), &mail, Share::ALL, 100)?;
        let asked = desk.ask(deniz.actor(), &SurveysOf::new(customer))?;
        let last = asked.surveys.first().ok_or("a survey")?;
        if let Some(why) = &last.why {
            println!("  nobody is asked: {why}");
        }
    }

    let tokens = mail.0.borrow().clone();
    let [ayse, can] = tokens[..] else {
        return Err("two invitations".into());
    };
    // A mail scanner opens every link of Can's invitation. That is no answer.
    for score in 1..=5 {
        let score = Some(score);
        desk.run(&system.at(now), FollowSurveyLink { token: can, score })?;
    }
    let answer = AnswerSurvey::new(ayse, 2).saying(code!("why"), "Üç kez aradım");
    let survey = desk.run(&system.at(now), answer)?;
    println!("Ayşe answers 2 of 5");

    let open = OpenFollowUps::of(code!("care"));
    for survey in desk.ask(deniz.actor(), &open)?.surveys {
        if let Some(follow_up) = &survey.follow_up {
            println!("  to do for {}, until {}", follow_up.team, follow_up.due_at);
        }
    }
    let steps = [
        FollowUpStage::Contacted,
        FollowUpStage::Closed,
        FollowUpStage::CustomerTold,
        FollowUpStage::Closed,
    ];
    for to in steps {
        match desk.run(&deniz.at(now), AdvanceFollowUp { survey, to }) {
            Ok(()) => println!("  {to}"),
            Err(refused) => println!("  not {to}: {refused}"),
        }
    }

    let mut measures = Measures::new(Lens::default());
    let journal = desk.ask(&Actor::System, &aftercare::desk::Journal::all())?;
    journal
        .entries
        .iter()
        .for_each(|entry| measures.take(entry));
    for figures in measures.figures(now)?.values() {
        let response = figures.response;
        let (asking, answered) = (&figures.asking, response.answered);
        println!(
            "{} invited, {answered} answered, {} only followed the link, not asked: {:?}",
            asking.invited, response.unconfirmed, asking.skipped
        );
        for scores in figures.scores.values() {
            let figure = scores.figure(Confidence::P95);
            println!(
                "  {}: {:?} of {}",
                scores.instrument(),
                figure.value,
                figure.n
            );
        }
    }
    Ok(())
}
