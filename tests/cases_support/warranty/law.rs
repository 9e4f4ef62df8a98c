//! What the law says of repairs and remedies.

use std::collections::BTreeSet;

use aftercare::calendar::{BusinessHours, BusinessHoursSpec, Holiday};
use aftercare::code;
use aftercare::kernel::{BasisPoints, Code};
use aftercare::warranty::{
    History, Length, Remedy, RepairTime, Spell, is_disproportionate, open_remedies,
};
use chrono::Weekday;
use serde_json::{Value, json};

use super::{Input, date, dates, euro, last_day, today};

pub(super) fn extends(input: &Input<'_>) -> Option<Value> {
    if let Some(base) = input.date("base_end") {
        let regime = input.regime(today())?;
        let later = date("2030-01-01");
        let (end, extension) = regime.extends.end(base, &input.spells(), later);
        return Some(json!({ "days_added": extension.days, "last_covered_day": end }));
    }
    let (contract, delivery) = (input.need("contract"), input.need("delivery"));
    let regime = input.regime(contract)?;
    let repaired = delivery + chrono::TimeDelta::days(100);
    let spells: Vec<_> = (0..input.integer("repairs")?)
        .map(|n| repaired + chrono::TimeDelta::days(n * 30))
        .map(|from| Spell::new(from, Some(from)))
        .collect();
    let contract = regime.contract(&dates(Some(contract), Some(delivery)));
    last_day(contract.end(&spells, date("2028-01-01"))?.last_day)
}

/// Monday to Saturday.
pub(super) fn six_days() -> BusinessHoursSpec {
    use Weekday::{Fri, Mon, Sat, Thu, Tue, Wed};
    let days = [Mon, Tue, Wed, Thu, Fri, Sat];
    BusinessHoursSpec::new("UTC").open(&days, "00:00", "24:00")
}

fn working_days(input: &Input<'_>) -> BusinessHours {
    use Weekday::{Fri, Mon, Thu, Tue, Wed};
    let spec = match input.text("working_week") {
        Some("Mon-Fri") => {
            let days = [Mon, Tue, Wed, Thu, Fri];
            BusinessHoursSpec::new("UTC").open(&days, "00:00", "24:00")
        }
        _ => six_days(),
    };
    let holidays = input.0["holidays"].as_array().into_iter().flatten();
    let holidays = holidays.filter_map(Value::as_str).map(Holiday::on);
    let spec = holidays.fold(spec, BusinessHoursSpec::holiday);
    spec.build().unwrap()
}

pub(super) fn deadline(kind: &str, input: &Input<'_>) -> Option<Value> {
    let notified = input.need("notified");
    let mut repair: RepairTime = input.regime(notified)?.repair?;
    let given = |name| input.has(name).then(|| input.count(name));
    repair.most_days = given("max_working_days").or(repair.most_days);
    repair.loaner_after_days = given("loaner_after_working_days").or(repair.loaner_after_days);
    let due = repair
        .due(notified, None, Some(&working_days(input)))
        .unwrap();
    let last = if kind == "loaner_deadline" {
        due.loaner_by
    } else {
        due.done_by
    };
    Some(json!({ "last_day": last }))
}

pub(super) fn clock_start(input: &Input<'_>) -> Option<Value> {
    let repair = input.regime(today())?.repair?;
    let handed_in = input.date("handed_to_service");
    let from = repair.counts_from(input.need("notified"), handed_in, input.flag("in_warranty"));
    Some(json!({ "clock_starts": from }))
}

pub(super) fn repair_days(kind: &str, input: &Input<'_>) -> Option<Value> {
    let old = input
        .text("regime")
        .is_some_and(|name| !name.contains("6502"));
    let sold_on = if old { date("2012-01-01") } else { today() };
    let repair = input.regime(sold_on)?.repair?;
    match kind {
        "max_repair_versioned" => Some(json!({
            "max_working_days": repair.most_days,
            "loaner_after": repair.loaner_after_days,
        })),
        "max_repair_days" => {
            let due = repair.due(input.need("repair_began"), None, None).unwrap();
            let reasons = repair.extendable_for.iter();
            let reasons: Vec<_> = reasons.map(|it| it.as_str().replace('_', " ")).collect();
            Some(json!({
                "tender_conforming_by": due.done_by,
                "extendable_for": reasons.join(", "),
            }))
        }
        _ => {
            let group = input.text("group")?;
            let is_car = group.contains("car") || group.contains("vehicle");
            let category = is_car.then(|| code!("passenger_car"));
            Some(json!({ "working_days": repair.most_days(category.as_ref()) }))
        }
    }
}

fn name_of(remedy: Remedy, kind: &str) -> &'static str {
    match (remedy, kind) {
        (Remedy::Repair, "remedy_first_claim") => "free_repair",
        (Remedy::Repair, _) => "repair",
        (Remedy::Replacement, "remedy_order") => "replacement",
        (Remedy::Replacement, _) => "replacement_if_possible",
        (Remedy::Refund, "remedy_first_claim") => "withdraw",
        (Remedy::Refund, "remedy_order") => "termination",
        (Remedy::Refund, "final_reject") => "final_right_to_reject",
        (Remedy::Refund, _) => "refund",
        _ => "price_reduction",
    }
}

pub(super) fn remedies(kind: &str, input: &Input<'_>, expected: &Value) -> Option<Value> {
    let regime = input.regime(input.date("sale").unwrap_or(today()))?;
    let state = input.text("state").unwrap_or_default();
    let repairs = input.count("free_repairs_done") + input.count("repairs_done");
    let again = input.flag("fails_again_within_warranty") || input.flag("still_nonconforming");
    let overdue = input.flag("max_repair_time_exceeded") || state.contains("in time");
    let waiting = input.flag("repair_requested") && !input.flag("reasonable_time_passed");
    let faults_in_year = input.count("same_year_failures");
    let history = History {
        repairs: if again {
            repairs
        } else {
            faults_in_year.saturating_sub(1)
        },
        faults_in_year,
        faults_in_term: faults_in_year + input.count("term_failures"),
        chosen: (overdue && kind == "remedy_unlock" || waiting).then_some(Remedy::Repair),
        overdue,
        waiting,
        irreparable: input.flag("irreparable") || input.flag("report_cannot_be_repaired"),
        refused: state.contains("refused"),
        serious: state.contains("serious"),
        minor: input.flag("minor") || state.contains("minor"),
        reject_in_time: kind == "choice_lock",
        ..History::default()
    };
    let open = open_remedies(&regime.remedies, &history);
    let has = |remedy| open.iter().any(|it| it.remedy == remedy);
    let listed = |remedies: &[Remedy]| -> Vec<&'static str> {
        let open = remedies.iter().filter(|remedy| has(**remedy));
        open.map(|remedy| name_of(*remedy, kind)).collect()
    };
    let (refund, cut, replace) = (Remedy::Refund, Remedy::PriceCut, Remedy::Replacement);
    Some(match kind {
        "remedy_first_claim" => {
            json!({ "consumer_may_choose": listed(&[refund, cut, Remedy::Repair, replace]) })
        }
        "final_reject" => json!({ "unlocked_one_of": listed(&[cut, refund]) }),
        "choice_lock" => json!({ "allowed": has(refund) }),
        // The first rank stays open beside the second; the source lists what is new.
        "remedy_order" if state == "first claim" => {
            let closed = [cut, refund].into_iter().filter(|it| !has(*it));
            let closed: Vec<_> = closed.map(|it| name_of(it, kind)).collect();
            json!({ "allowed": listed(&[Remedy::Repair, replace]), "not_yet": closed })
        }
        "remedy_order" => json!({ "allowed": listed(&[cut, refund]) }),
        _ => {
            let mut got = json!({ "unlocked": listed(&[refund, cut, replace]) });
            if expected.get("seller_may_refuse").is_some() {
                got["seller_may_refuse"] = open.iter().any(|it| it.refusable || !it.insists).into();
            }
            if expected.get("liable").is_some() {
                let owed_by: BTreeSet<_> = open.iter().flat_map(|it| &it.owed_by).collect();
                got["liable"] = serde_json::to_value(owed_by).unwrap();
            }
            got
        }
    })
}

pub(super) fn remedy_choice(input: &Input<'_>) -> Option<Value> {
    let repair = euro(input.integer("cost_repair")?);
    let replacement = euro(input.integer("cost_replacement")?);
    let (chosen, other, which) = match input.text("chosen")? {
        "replacement" => (replacement, repair, "inconvenience_of_repair"),
        _ => (repair, replacement, "inconvenience_of_replacement"),
    };
    let inconvenient = input.text(which).is_some_and(|it| it != "none");
    let twice = BasisPoints::new(20_000);
    let refusable = open_remedies(&input.regime(today())?.remedies, &History::default());
    let may = refusable.iter().any(|it| it.refusable)
        && is_disproportionate(chosen, other, twice, inconvenient);
    Some(json!({ "seller_may_refuse_choice": may }))
}

pub(super) fn presumption(input: &Input<'_>) -> Option<Value> {
    let delivery = input.need("delivery");
    let regime = input.regime(delivery)?;
    let presumed = regime.is_presumed(delivery, input.need("defect_appears"));
    Some(json!({ "presumed_at_delivery": presumed }))
}

pub(super) fn deduction(kind: &str, input: &Input<'_>) -> Option<Value> {
    let rule = input.regime(today())?.use_deduction;
    if kind == "use_before_replacement" {
        return rule
            .is_none()
            .then(|| json!({ "consumer_pays_for_use": 0 }));
    }
    let is_car = input.text("goods") == Some("motor vehicle");
    let category: Option<Code> = is_car.then(|| code!("motor_vehicle"));
    let months = Length::Months(input.count("months_since_delivery")).last_day(today())?;
    let allowed = rule?.is_allowed(category.as_ref(), today(), months);
    Some(json!({ "deduction_allowed": allowed }))
}

pub(super) fn reject(input: &Input<'_>) -> Option<Value> {
    let delivered = input.need("delivered");
    let mut regime = input.regime(delivered)?;
    let perishable = code!("perishable");
    if input.has("perishable_days") {
        let days = input.count("perishable_days");
        let rule = regime.reject.as_mut()?;
        rule.days_by_category.insert(perishable.clone(), days);
    }
    let category = input.has("perishable_days").then_some(&perishable);
    let waited = input.date("repair_requested").map(|asked| {
        let back = input.date("repaired_goods_received");
        Spell::new(asked, back)
    });
    let spells: Vec<_> = waited.into_iter().collect();
    let today = date("2030-01-01");
    let last = regime.reject_until(delivered, category, &spells, today)?;
    Some(json!({ "last_day": last }))
}

pub(super) fn tolling(input: &Input<'_>) -> Option<Value> {
    let (done, told) = (
        input.date("repair_completed")?,
        input.date("notified_not_fixed")?,
    );
    let regime = input.regime(done)?;
    let until = regime
        .extends
        .recheck_until(None, &[Spell::new(done, Some(done))])?;
    let days = (told - done).num_days();
    Some(json!({ "still_covered": told <= until, "days": days }))
}
