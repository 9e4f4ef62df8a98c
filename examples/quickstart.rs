//! One customer's life on the embedded store: advice before the sale, a fault after it, thanks at the end.
//!
//! `cargo run --example quickstart`

#![allow(clippy::print_stdout, reason = "an example that tells")]

use aftercare::prelude::*;
use chrono::TimeDelta;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What the business promises: a first reply within two open hours, a solution within sixteen.
    let hours = BusinessHours::weekdays("Europe/Istanbul", "09:00", "18:00")?;
    let istanbul = hours.zone().clone();
    let reply = Target::first_response(TimeDelta::hours(2)).in_hours_of(code!("support"));
    let solution = Target::resolution(TimeDelta::hours(16)).in_hours_of(code!("support"));
    let promises = Policy::new(code!("standard"), 1);
    let rulebook = RulebookSpec::new()
        .with_calendar(code!("support"), hours)
        .with_policy(promises.promising(reply).promising(solution))
        .build(SecretKey::new(*b"a secret of ours"))?;

    let desk = Desk::new(MemoryStore::new(), rulebook);
    let agent = Actor::staff(StaffId::from_u128(7), code!("agent"));
    let mut deniz = Requests::of(agent, 1); // a server takes the ids that requests come with

    // March, before the sale: Ayşe is known from her first question on.
    let monday = "2026-03-02T10:15:00+03:00".parse()?;
    let ayse = RegisterCustomer::named("Ayşe Yılmaz").with_email("ayse@example.com");
    let ayse = desk.run(&deniz.at(monday), ayse)?;
    let chat = StartContact::from_customer(ayse, Channel::Chat).with_phase(Phase::PreSale);
    let chat = desk.run(&deniz.at(monday), chat)?;
    desk.run(&deniz.at(monday), AnswerContact::new(chat))?;
    let advice = "60 cm'lik nişe sığar mı? - Evet, derinliği 58 cm.";
    let monday = "2026-03-02T10:24:00+03:00".parse()?;
    desk.run(&deniz.at(monday), EndContact::new(chat).with_text(advice))?;

    // June, after the sale: a red light on a Friday evening. She opens the case herself.
    let mut herself = Requests::of(Actor::Customer(ayse), 2);
    let friday = "2026-06-05T17:30:00+03:00".parse()?;
    let fault = OpenCase::new(ayse, Channel::Email, "Kırmızı ışık yanıyor, su almıyor");
    let case = desk.run(&herself.at(friday), fault.with_topic(code!("no_water")))?;

    // Deniz answers on Monday, after one open hour, and asks what only Ayşe knows.
    let monday = "2026-06-08T09:30:00+03:00".parse()?;
    let reply = RecordMessage::reply(ayse, Channel::Email, "Musluk açık mı? Seri numarası nedir?");
    desk.run(&deniz.at(monday), reply.with_case(case))?;
    let number = AskForFact::new(case, code!("serial_number"));
    desk.run(&deniz.at(monday), number.clone())?;
    let waiting = code!("waiting_on_customer");
    desk.run(&deniz.at(monday), MoveCase::new(case, waiting))?;

    // The clock stands still until she writes, two days later.
    let wednesday = "2026-06-10T11:00:00+03:00".parse()?;
    let found = "Musluk kapalıymış! Numara: TR-4711";
    let found = RecordMessage::from_customer(ayse, Channel::Email, found);
    desk.run(&herself.at(wednesday), found.with_case(case))?;
    let fact = RecordFact::from_customer(case, code!("serial_number"), "TR-4711");
    desk.run(&deniz.at(wednesday), fact)?;
    if desk.run(&deniz.at(wednesday), number)? {
        println!("The serial number is on file: no need to ask Ayşe again.");
    }
    desk.run(&deniz.at(wednesday), MoveCase::new(case, code!("solved")))?;
    let thanks = RecordMessage::from_customer(ayse, Channel::Email, "Teşekkürler, ışık söndü.");
    let thanks = thanks.with_case(case).not_asking(); // so it does not reopen the case
    let evening = "2026-06-10T19:05:00+03:00".parse()?;
    desk.run(&herself.at(evening), thanks)?;

    // Whoever serves her next sees all of it.
    println!("\nAyşe's timeline, newest first:");
    for item in desk.ask(deniz.actor(), &Timeline::of(ayse))?.items {
        let day = istanbul.local(item.at().unwrap_or(evening));
        let text = item.text().unwrap_or_default();
        if let TimelineItem::Case { case, .. } = &item {
            println!("  {day}  {text} [{}]", case.status);
        } else {
            println!("  {day}  {text}");
        }
    }
    println!("\nWhat she was promised:");
    let view = ViewCase::new(case, evening);
    for clock in desk.ask(deniz.actor(), &view)?.clocks {
        let verdict = if clock.is_late() { "late" } else { "in time" };
        let minutes = clock.consumed().num_minutes();
        println!("  {}: {verdict}, {minutes} open minutes", clock.target);
    }
    Ok(())
}
