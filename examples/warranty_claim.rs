//! A Turkish refrigerator fails twice: every date worked out, every message to the customer in Turkish.
//!
//! `cargo run --example warranty_claim`

#![allow(
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "an example that tells, and not every reason"
)]

use std::cell::RefCell;
use std::error::Error;

use aftercare::calendar::BusinessHoursSpec;
use aftercare::interaction::Channel as Over;
use aftercare::kernel::{Currency, Money};
use aftercare::message::Recipient;
use aftercare::prelude::*;
use aftercare::warranty::{
    ClaimView, Clause, Length, Offer, Reason, Regimes, Remedy, Term, TermKind, WarrantyPolicy,
};
use chrono::{DateTime, NaiveDate, Utc, Weekday};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What the law of the time of sale says comes from a file that the business keeps, and its lawyers check.
const REGIMES: &str = include_str!("data/warranty_regimes.json");

fn rulebook() -> Result<Rulebook> {
    use Weekday::{Fri, Mon, Sat, Thu, Tue, Wed};
    let regimes: Regimes = serde_json::from_str(REGIMES)?;
    // Working days of the law, not of a desk: Saturday counts. Holidays of spring 2026, from the official calendar.
    let holidays = [
        "2026-03-20",
        "2026-03-21",
        "2026-03-22",
        "2026-04-23",
        "2026-05-01",
        "2026-05-19",
    ];
    let mut working = BusinessHoursSpec::new("Europe/Istanbul").open(
        &[Mon, Tue, Wed, Thu, Fri, Sat],
        "00:00",
        "24:00",
    );
    for holiday in holidays {
        working = working.holiday(Holiday::on(holiday));
    }
    let compressor = Clause::everything(code!("compressor")).of_component(code!("compressor"));
    let maker = Term::new(
        code!("maker.compressor"),
        TermKind::Manufacturer,
        Length::Years(10),
    );
    let warranty = WarrantyPolicy {
        regimes,
        regime: Some(code!("tr.consumer")),
        terms: vec![maker.covering([compressor])],
        offers: vec![Offer::always(code!("maker.compressor")).in_category(code!("refrigerator"))],
        approval_limits: [(
            code!("supervisor"),
            vec![Money::new(5_000_000, Currency::TRY)],
        )]
        .into(),
        ..WarrantyPolicy::default()
    };
    let mut spec = RulebookSpec {
        warranty,
        ..RulebookSpec::new()
    };
    spec.customer.unverified_channels.insert(Over::Email);
    let spec = spec.with_calendar(code!("tr.working_days"), working);
    Ok(spec.build(SecretKey::new(*b"a secret of ours"))?)
}

/// What the customer reads. The library says what for and with which facts; the words are the business's.
fn in_turkish(message: &Message) -> String {
    let fact = |name: &str| message.draft.facts.get(name).map_or("", String::as_str);
    let date = |name: &str| {
        let date = fact(name).parse::<NaiveDate>().ok();
        date.map_or_else(String::new, |date| date.format("%d.%m.%Y").to_string())
    };
    let rights = |text: &str| {
        let words = text.split(' ').map(|remedy| match remedy {
            "repair" => "ücretsiz onarım",
            "replacement" => "ayıpsız misli ile değişim",
            "refund" => "bedel iadesi",
            "price_cut" => "ayıp oranında indirim",
            other => other,
        });
        words.collect::<Vec<_>>().join(", ")
    };
    match message.draft.purpose.as_str() {
        "warranty.claim_received" => {
            format!(
                "Başvurunuzu aldık. Onarım en geç {} tarihinde tamamlanmalıdır.",
                date("due_on")
            )
        }
        "warranty.claim_approved" => {
            let amount = match fact("amount") {
                "" => String::new(),
                amount => format!(" Tutar: {}.", lira(amount)),
            };
            format!("Talebiniz onaylandı: {}.{amount}", rights(fact("remedy")))
        }
        "warranty.repair_done" => "Ürününüzün onarımı tamamlandı.".to_owned(),
        "warranty.loaner_due" => {
            "Onarım 10 iş gününü aştı: size benzer bir ürün verilecektir.".to_owned()
        }
        "warranty.repair_overdue" => format!(
            "Azami tamir süresi {} tarihinde doldu. Haklarınız: {}.",
            date("due_on"),
            rights(fact("remedies"))
        ),
        "warranty.ends_soon" => format!("Garantiniz {} tarihinde bitiyor.", date("last_day")),
        other => other.to_owned(),
    }
}

/// An amount as Turkish readers write it: `30000.00 TRY` is 30.000,00 TL.
fn lira(amount: &str) -> String {
    let (number, _) = amount.split_once(' ').unwrap_or((amount, ""));
    let (whole, part) = number.split_once('.').unwrap_or((number, "00"));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    format!("{grouped},{part} TL")
}

/// Hands messages to nobody: it shows those to the customer.
struct Screen(RefCell<Vec<String>>);

impl Courier for Screen {
    type Error = std::convert::Infallible;

    fn send(&self, envelope: &Envelope) -> std::result::Result<Receipt, SendError<Self::Error>> {
        let message = &envelope.message;
        if matches!(message.draft.to, Recipient::Customer(_)) {
            self.0.borrow_mut().push(in_turkish(message));
        }
        Ok(Receipt::of(code!("shown")))
    }
}

struct Story {
    desk: Desk<MemoryStore>,
    staff: Requests,
    system: Requests,
    screen: Screen,
    now: DateTime<Utc>,
}

impl Story {
    /// Goes on to ten in the morning of a date in İstanbul, day by day, and shows what the customer is told.
    fn go_to(&mut self, date: &str) -> Result<()> {
        let end: DateTime<Utc> = format!("{date}T10:00:00+03:00").parse()?;
        while self.now < end {
            self.now = end.min(self.now + chrono::TimeDelta::days(1));
            self.desk.wake(&self.system.at(self.now), Share::ALL, 100)?;
            self.relay()?;
        }
        Ok(())
    }

    fn relay(&mut self) -> Result<()> {
        let context = self.system.at(self.now);
        self.desk.relay(&context, &self.screen, Share::ALL, 100)?;
        for text in self.screen.0.borrow_mut().drain(..) {
            println!("    {}  ✉ {text}", self.now.date_naive());
        }
        Ok(())
    }

    fn view(&self, claim: WarrantyClaimId) -> Result<ClaimView> {
        let at = self.now;
        Ok(self
            .desk
            .ask(self.staff.actor(), &ViewClaim { claim, at })?)
    }

    fn tell(&self, text: &str) {
        println!("{}  {text}", self.now.date_naive());
    }

    fn show(&self, claim: WarrantyClaimId) -> Result<()> {
        let view = self.view(claim)?;
        for open in view.remedies.iter().filter(|open| open.insists) {
            let by: Vec<_> = open.by.iter().map(Code::as_str).collect();
            println!("            open: {:?} (by {})", open.remedy, by.join(", "));
        }
        for owed in &view.obligations {
            let by = owed.by.map_or_else(String::new, |by| format!(" by {by}"));
            println!("            owed: {:?}{by}", owed.what);
        }
        Ok(())
    }
}

fn on(date: &str) -> Result<NaiveDate> {
    Ok(date.parse()?)
}

fn main() -> Result<()> {
    let desk = Desk::new(MemoryStore::new(), rulebook()?);
    let supervisor = Actor::staff(StaffId::from_u128(7), code!("supervisor"));
    let mut story = Story {
        desk,
        staff: Requests::of(supervisor, 1),
        system: Requests::of(Actor::System, 2),
        screen: Screen(RefCell::new(Vec::new())),
        now: "2024-03-15T10:00:00+03:00".parse()?,
    };
    let (unit, ayse) = sale(&mut story)?;
    first_fault(&mut story, unit, ayse)?;
    second_fault(&mut story, unit, ayse)
}

fn sale(story: &mut Story) -> Result<(UnitId, CustomerId)> {
    let now = story.now;
    let fridge = DefineProduct::new(code!("NF-500")).in_category(code!("refrigerator"));
    story.desk.run(&story.system.at(now), fridge)?;
    let ayse = RegisterCustomer::named("Ayşe Yılmaz").with_email("ayse@example.com");
    let ayse = story.desk.run(&story.staff.at(now), ayse)?;
    let unit = RegisterUnit::new(ayse, code!("NF-500")).with_serial(code!("NF-4711"));
    let unit = story.desk.run(&story.staff.at(now), unit)?;
    let price = Money::new(3_000_000, Currency::TRY);
    let start = StartWarranty::of(unit).sold_on(on("2024-03-10")?);
    let start = start.delivered_on(on("2024-03-15")?).at_price(price);
    story.desk.run(&story.staff.at(now), start)?;
    story.tell("delivered to Ayşe Yılmaz; the invoice is of 10 March, the delivery counts");
    cover(story, unit, "2026-03-15")?;
    cover(story, unit, "2026-03-16")?;
    Ok((unit, ayse))
}

/// What is covered on a date, and why.
fn cover(story: &Story, unit: UnitId, date: &str) -> Result<()> {
    let ask = CheckCoverage::new(unit, on(date)?);
    let coverage = story.desk.ask(story.staff.actor(), &ask)?;
    println!("            covered on {date}? {:?}", coverage.verdict);
    for judged in &coverage.judged {
        let reasons = judged.reasons.iter().filter_map(|reason| match reason {
            Reason::Running {
                last_day: Some(day),
            } => Some(format!("runs until {day}")),
            Reason::Ended { last_day } => Some(format!("ended on {last_day}")),
            Reason::Extended(extension) => Some(format!("{} days in repair added", extension.days)),
            Reason::NotListed => Some("this fault is in no clause".to_owned()),
            _ => None,
        });
        let reasons = reasons.collect::<Vec<_>>().join(", ");
        println!("              {}: {reasons}", judged.term);
    }
    Ok(())
}

fn first_fault(story: &mut Story, unit: UnitId, ayse: CustomerId) -> Result<()> {
    story.go_to("2026-01-12")?;
    story.tell("it no longer cools, says Ayşe");
    let claim = FileClaim::new(ayse, unit).with_fault(code!("thermostat"), code!("no_cold"));
    let claim = story.desk.run(&story.staff.at(story.now), claim)?;
    story.relay()?;
    story.show(claim)?;
    let repair = ApproveClaim::new(claim, Remedy::Repair);
    story.desk.run(&story.staff.at(story.now), repair)?;
    story.relay()?;

    story.go_to("2026-01-22")?;
    story.tell("repaired, and back in her kitchen");
    let back = on("2026-01-22")?;
    let done = RecordRepair {
        claim,
        done_on: back,
        parts: vec![code!("thermostat")],
        costs: None,
    };
    story.desk.run(&story.staff.at(story.now), done)?;
    let fulfil = FulfilClaim::given(claim, back);
    story.desk.run(&story.staff.at(story.now), fulfil)?;
    story.relay()?;
    cover(story, unit, "2026-03-25")?;
    cover(story, unit, "2026-03-26")
}

fn second_fault(story: &mut Story, unit: UnitId, ayse: CustomerId) -> Result<()> {
    story.go_to("2026-03-18")?;
    story.tell("it no longer cools again; without the repair's ten days the term would be over");
    let claim = FileClaim::new(ayse, unit).with_fault(code!("thermostat"), code!("no_cold"));
    let claim = story.desk.run(&story.staff.at(story.now), claim)?;
    story.relay()?;
    for flagged in &story.view(claim)?.claim.flags {
        println!("            for review: {}", flagged.flag.code());
    }
    story.show(claim)?;
    let repair = ApproveClaim::new(claim, Remedy::Repair);
    story.desk.run(&story.staff.at(story.now), repair)?;
    story.relay()?;

    story.go_to("2026-04-02")?;
    story.tell("the part is still on its way: a refrigerator is lent");
    let lend = LendItem {
        claim,
        item: code!("LOAN-12"),
        on: on("2026-04-02")?,
    };
    story.desk.run(&story.staff.at(story.now), lend)?;

    story.go_to("2026-04-20")?;
    story.tell("Ayşe has waited long enough and wants her money");
    let remedy = Remedy::Refund;
    let choose = ChooseRemedy { claim, remedy };
    story.desk.run(&story.staff.at(story.now), choose)?;
    story.show(claim)?;
    let refund = ApproveClaim::new(claim, Remedy::Refund);
    story.desk.run(&story.staff.at(story.now), refund)?;
    let paid = FulfilClaim::given(claim, on("2026-04-20")?);
    story.desk.run(&story.staff.at(story.now), paid)?;
    story.relay()?;
    story.show(claim)
}
