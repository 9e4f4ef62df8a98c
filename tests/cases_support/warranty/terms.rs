//! How long terms last and what they cover.

use aftercare::code;
use aftercare::kernel::{BasisPoints, Code};
use aftercare::warranty::{
    Benefit, Clause, Contract, Costs, Dates, Extends, Item, Length, Sale, Situation, StartBasis,
    Term, TermKind, Verdict, coverage,
};
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Input, date, dates, euro, iso, last_day, length, today};

pub(super) fn term(kind: &str, input: &Input<'_>) -> Option<Value> {
    let delivery = input.date("delivery");
    let regime = delivery.and_then(|date| input.regime(date));
    match kind {
        "explicit_end_date" => {
            last_day(Length::Until(input.need("manufacturer_end")).last_day(today()))
        }
        "term_days" => {
            let years = Length::Years(input.count("period_days") / 365).last_day(delivery?);
            let expiry = Length::Days(input.count("period_days")).last_day(delivery?);
            Some(json!({ "expiry": expiry, "calendar_years_would_be": years }))
        }
        "in_term" => {
            let contract = regime?.contract(&dates(input.date("contract"), delivery));
            let apparent = input.need("apparent");
            let verdict = coverage(&[contract], &Situation::on(apparent)).verdict;
            Some(json!({ "seller_liable": verdict == Verdict::Covered }))
        }
        _ => {
            let contract = regime?.contract(&dates(None, delivery));
            last_day(contract.end(&[], delivery?)?.last_day)
        }
    }
}

pub(super) fn start(input: &Input<'_>) -> Option<Value> {
    let documents = input.0["delivery_dates_on_documents"].as_array();
    let documents = documents.into_iter().flatten().filter_map(Value::as_str);
    let known = Dates {
        purchased_on: input.date("purchase").or(input.date("invoice")),
        delivered_on: documents.map(date).chain(input.date("delivery")).collect(),
        installed_on: input.date("install"),
        made_on: input.date("manufacture"),
        first_used_on: None,
    };
    let basis = match input.text("basis") {
        None => StartBasis::Delivery,
        Some("ManufactureDate") => StartBasis::Manufacture,
        Some("InstallDate") => StartBasis::Installation,
        Some("PurchaseDate") => StartBasis::Purchase,
        Some(_) => return None,
    };
    let term = Term::new(code!("any"), TermKind::Manufacturer, Length::Years(1));
    Some(json!({ "start": term.starting(&[basis]).start(&known) }))
}

/// A term by a meter that the product has not: two years remain.
pub(super) fn meter(input: &Input<'_>) -> Option<Value> {
    if input.flag("product_has_meter") {
        return None;
    }
    let regime = input.regime(today())?;
    let term = regime.term.clone().up_to_usage(code!("km"), 1);
    let contract = Contract::new(term, &dates(None, Some(today())));
    let last = contract.end(&[], today())?.last_day?;
    let verdict = coverage(&[contract], &Situation::on(last)).verdict;
    (verdict == Verdict::Covered).then(|| json!({ "term": iso(regime.term.lasts) }))
}

pub(super) fn special_term(kind: &str, input: &Input<'_>) -> Option<Value> {
    let regime = input.regime(today())?;
    if kind == "digital_elements_term" {
        let supplied = length(input.text("continuous_supply")?)?;
        let sale = Sale {
            supplied: Some(supplied),
            ..Sale::default()
        };
        let contracts = regime.contracts(&dates(None, Some(today())), &sale);
        let digital = contracts.get(1)?;
        return Some(json!({ "liability_for_digital": iso(digital.term.lasts) }));
    }
    let allowed = input.flag("member_state_allows");
    let agreed = input.text("agreed").and_then(length).filter(|_| allowed);
    Some(json!({ "effective_term": iso(regime.used_goods_length(agreed, today())) }))
}

/// The Magnuson-Moss Warranty Act: a full warranty goes along with the goods, and no part of another maker voids it.
pub(super) fn federal(kind: &str, input: &Input<'_>) -> Option<Value> {
    let term = Term::new(code!("full"), TermKind::Manufacturer, Length::Years(1));
    let term = term.excluding_cause(code!("foreign_part"));
    let contract = Contract::new(term, &dates(None, Some(today())));
    let at = Situation {
        first_owner: input.text("owner") != Some("second owner"),
        ..Situation::on(today())
    };
    let cause = match input.flag("part_caused_failure") {
        true => code!("foreign_part"),
        false => code!("material"),
    };
    let verdict = coverage(&[contract], &at.caused_by(&cause)).verdict;
    Some(match kind {
        "tie_in" => json!({ "denial_valid": verdict == Verdict::Not }),
        _ => json!({ "covered": verdict == Verdict::Covered }),
    })
}

/// A warranty and a service contract, each with an end; the warranty wins.
pub(super) fn serial_status(input: &Input<'_>) -> Option<Value> {
    let today = input.need("today");
    let ending = |field: &str, kind| {
        let name: Code = field.parse().unwrap();
        let until = input.date(field)?;
        let start = dates(Some(date("2000-01-01")), None);
        Some(Contract::new(
            Term::new(name, kind, Length::Until(until)),
            &start,
        ))
    };
    let warranty = ending("warranty_expiry", TermKind::Manufacturer);
    let contract = ending("contract_expiry", TermKind::Extended);
    let contracts: Vec<_> = warranty.into_iter().chain(contract).collect();
    let coverage = coverage(&contracts, &Situation::on(today));
    let status = match coverage.best().map(|it| it.kind) {
        Some(TermKind::Manufacturer) => "Under Warranty",
        Some(_) => "Under AMC",
        None if contracts
            .iter()
            .any(|it| it.term.kind == TermKind::Extended) =>
        {
            "Out of AMC"
        }
        None if contracts.is_empty() => return None,
        None => "Out of Warranty",
    };
    Some(json!({ "status": status }))
}

pub(super) fn split(input: &Input<'_>) -> Option<Value> {
    let benefit = |percent: &str, end: &str| Benefit {
        share: BasisPoints::new(input.count(percent) * 100),
        lasts: input.date(end).map(Length::Until),
    };
    let clause = Clause::everything(code!("split"))
        .paying(Item::Parts, benefit("parts_covered_pct", "parts_end"))
        .paying(Item::Labour, benefit("labour_covered_pct", "labour_end"))
        .paying(Item::Travel, benefit("expenses_pct", "expenses_end"));
    let term = Term::new(code!("split"), TermKind::Extended, Length::Lifetime);
    let start = dates(Some(date("2020-01-01")), None);
    let contract = Contract::new(term.covering([clause]), &start);
    let costs = Costs {
        parts: euro(input.integer("parts")?),
        labour: euro(input.integer("labour")?),
        travel: euro(input.integer("expenses")?),
    };
    let coverage = coverage(&[contract], &Situation::on(input.need("claim_date")));
    let payment = coverage.pays(&costs).unwrap();
    Some(json!({
        "paid": payment.paid.minor() / 100,
        "customer_pays": payment.customer.minor() / 100,
    }))
}

pub(super) fn work(input: &Input<'_>) -> Option<Value> {
    let (repaired, main_end) = (input.need("repaired"), input.need("main_end"));
    let lasts = length(input.text("repair_warranty")?)?;
    let pump = code!("pump");
    let clause = Clause::everything(code!("work")).of_component(pump.clone());
    let work = Term::new(code!("work"), TermKind::Work, lasts).covering([clause]);
    let main = Term::new(
        code!("main"),
        TermKind::Manufacturer,
        Length::Until(main_end),
    );
    let contracts = [work, main].map(|term| {
        let start = dates(Some(repaired), None);
        Contract::new(term, &start).extended_by(Extends::default())
    });
    let until = |component: &Code| {
        let covered = |day: &NaiveDate| {
            let at = Situation::on(*day).in_component(component);
            coverage(&contracts, &at).verdict == Verdict::Covered
        };
        repaired.iter_days().take_while(covered).last()
    };
    Some(json!({
        "repaired_component_covered_until": until(&pump)?,
        "rest_until": until(&code!("door"))?,
    }))
}

/// A claim is always taken in; what the source calls accepting is deciding.
pub(super) fn gate(input: &Input<'_>) -> Option<Value> {
    let mut term = Term::new(code!("maker"), TermKind::Manufacturer, Length::Years(2));
    if input.text("policy") == Some("hard_block") {
        term = term.registered_within(30);
    }
    let contract = Contract::new(term, &dates(Some(date("2026-01-01")), None));
    let registered = input.text("registration") == Some("active");
    let at = Situation {
        registered_on: registered.then(|| date("2026-01-02")),
        ..Situation::on(date("2026-06-01"))
    };
    let verdict = coverage(&[contract], &at).verdict;
    Some(json!({ "claim_accepted": verdict == Verdict::Covered }))
}

/// Under the rules of before 2014, of which the source quotes the text.
pub(super) fn periodic_service(input: &Input<'_>) -> Option<Value> {
    let sold_on = date("2012-01-01");
    let contract = input.regime(sold_on)?.contract(&dates(None, Some(sold_on)));
    let cause = match input.flag("mandatory_periodic_service_in_warranty") {
        true => code!("periodic_service"),
        false => return None,
    };
    let at = Situation::on(sold_on).caused_by(&cause);
    let labour = coverage(&[contract], &at).shares.labour;
    Some(json!({ "labour_chargeable": labour < BasisPoints::WHOLE }))
}

/// A term of the business beside the law's: it shortens nothing. Terms of another kind than a full warranty may.
pub(super) fn implied_limit(input: &Input<'_>) -> Option<Value> {
    if input.text("type") != Some("full") {
        return None;
    }
    let limit = Length::Months(input.count("implied_limited_to_months"));
    let law = Term::new(code!("implied"), TermKind::Statutory, Length::Years(4));
    let full = Term::new(code!("full"), TermKind::Manufacturer, limit);
    let contracts = [law, full].map(|term| Contract::new(term, &dates(None, Some(today()))));
    let day_after = limit.last_day(today())?.succ_opt()?;
    let by_law = coverage(&contracts, &Situation::on(day_after)).by_law();
    Some(json!({ "limit_valid": by_law == Verdict::Not }))
}
