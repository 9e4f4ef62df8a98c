//! How much is paid or borne, and who may approve it.

use super::intake::{category_of, judge};
use super::{regime_of, registered_on, today, warranty_for};
use crate::kernel::{Actor, BasisPoints, Code, Money, Rounding};
use crate::warranty::{
    ApproveClaim, Judgement, Part, Refusal, Remedy, Verdict, Warranty, WarrantyClaim, in_currency,
};
use crate::work::{Halt, Work};

/// What a refund comes to: what is owed, and whether less may be paid.
struct Refund {
    owed: Money,
    may_be_less: bool,
}

/// What is left of the price of a unit after what other claims since its sale took off it, or will pay back.
fn left_of(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    warranty: &Warranty,
    price: Money,
) -> Result<Money, Halt> {
    let sold_on = warranty.sold_on();
    let mut left = price;
    for fault in &warranty.faults {
        // What was paid back has ended the sale that it belongs to.
        let counts = !fault.dropped && matches!(fault.done, None | Some(Remedy::PriceCut));
        let is_of_sale = sold_on.is_none_or(|sold_on| sold_on <= fault.on);
        if fault.claim == claim.id || !counts || !is_of_sale || fault.of_past_sale {
            continue;
        }
        let other = work.document(fault.claim)?;
        let other = other.as_ref().and_then(|it| it.grant());
        let other = other.filter(|it| matches!(it.remedy, Remedy::PriceCut | Remedy::Refund));
        let paid = other.and_then(|grant| grant.amount);
        if let Some(paid) = paid.filter(|paid| paid.currency() == price.currency()) {
            left = left.checked_sub(paid).map_err(Refusal::from)?;
        }
    }
    match left.is_negative() {
        true => Ok(Money::zero(price.currency())),
        false => Ok(left),
    }
}

/// The refund of a unit of this price, of which this is left. Where the law opens it that is all that is left, of which
/// something may be taken off for the use only where the law says so; where a term does, the share that it pays at that age,
/// but no more than is left.
fn refund(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    warranty: &Warranty,
    price: Money,
    left: Money,
    by: &[Code],
) -> Result<Refund, Halt> {
    let law = regime_of(work, claim).filter(|_| claim.filing.by_law != Verdict::Not);
    let unit = work.document(warranty.unit)?;
    let Some(law) = law else {
        let registered_on = registered_on(work, unit.as_deref(), warranty)?;
        let filing = &claim.filing;
        let coverage = judge(
            warranty,
            unit.as_deref(),
            filing,
            claim.at_delivery,
            registered_on,
        );
        let share = coverage.best().map(Judgement::value_share);
        let share = share.unwrap_or(BasisPoints::WHOLE);
        let owed = share.of(price, Rounding::Up).map_err(Refusal::from)?;
        let is_less = owed.compare(&left).map_err(Refusal::from)?.is_lt();
        return Ok(Refund {
            owed: if is_less { owed } else { left },
            may_be_less: false,
        });
    };
    let category = category_of(work, warranty.unit)?;
    let today = today(work, Some(claim.filing.customer))?;
    let delivered = warranty.dates.delivered_on.last().copied();
    let delivered = delivered.or(warranty.dates.purchased_on).unwrap_or(today);
    Ok(Refund {
        owed: left,
        may_be_less: law.may_take_off(by, category.as_ref(), delivered, today),
    })
}

/// A share of something, more than none and no more than all of it.
fn checked(share: BasisPoints) -> Result<BasisPoints, Refusal> {
    match share > BasisPoints::ZERO && share <= BasisPoints::WHOLE {
        true => Ok(share),
        false => Err(Refusal::BadShare { share }),
    }
}

/// Whether a remedy is paid in money.
const fn pays(command: &ApproveClaim) -> bool {
    match command.remedy {
        Remedy::Refund | Remedy::PriceCut => true,
        Remedy::Goodwill => {
            command.amount.is_some() || matches!(command.part, Some(Part::OfPrice(_)))
        }
        Remedy::Repair | Remedy::Replacement => false,
    }
}

/// The amount that was named, itself or as a share of the price.
fn named(command: &ApproveClaim, price: Option<Money>) -> Result<Option<Money>, Refusal> {
    let remedy = command.remedy;
    match (command.amount, command.part) {
        (Some(_), Some(_)) => Err(Refusal::AmountTwice),
        (None, Some(Part::OfCosts(_))) => Err(Refusal::NoAmount { remedy }),
        (None, Some(Part::OfPrice(share))) => {
            let price = price.ok_or(Refusal::PriceUnknown)?;
            Ok(Some(checked(share)?.of(price, Rounding::Up)?))
        }
        (amount, None) => Ok(amount),
    }
}

/// What is paid with a remedy, checked against the price and against what the actor may approve.
pub(super) fn amount(
    work: &mut Work<'_>,
    claim: &WarrantyClaim,
    command: &ApproveClaim,
    by: &[Code],
) -> Result<Option<Money>, Halt> {
    let remedy = command.remedy;
    if !pays(command) {
        let is_named = command.amount.is_some() || matches!(command.part, Some(Part::OfPrice(_)));
        return match is_named {
            true => Err(Refusal::NoAmount { remedy }.into()),
            false => Ok(None),
        };
    }
    let warranty = warranty_for(work, claim)?;
    // What the unit cost when it was sold again is not what is paid back for a sale before.
    let of_sale = warranty.as_ref().filter(|it| !it.is_past(claim.id));
    let priced = of_sale.and_then(|it| Some((it, it.price?)));
    let price = priced.map(|(_, price)| price);
    // Goodwill gives nothing of the price back.
    let left = match priced.filter(|_| remedy != Remedy::Goodwill) {
        Some((warranty, price)) => Some(left_of(work, claim, warranty, price)?),
        None => price,
    };
    let refund = match priced.zip(left).filter(|_| remedy == Remedy::Refund) {
        Some(((warranty, price), left)) => Some(refund(work, claim, warranty, price, left, by)?),
        None => None,
    };
    if remedy == Remedy::Refund && refund.is_none() {
        return Err(Refusal::PriceUnknown.into());
    }
    let owed = refund.as_ref().map(|refund| refund.owed);
    let amount = named(command, price)?.or(owed);
    let amount = amount.ok_or(Refusal::AmountNeeded)?;
    if amount.is_negative() {
        return Err(Refusal::NegativeAmount { amount }.into());
    }
    if amount.is_zero() {
        let is_all_gone = left.is_some_and(|left| left.is_zero());
        return Err(match price.filter(|_| is_all_gone) {
            Some(price) => Refusal::NothingLeft { price },
            None => Refusal::AmountNeeded,
        }
        .into());
    }
    if let Some(price) = left
        && amount.compare(&price).map_err(Refusal::from)?.is_gt()
    {
        return Err(Refusal::AbovePrice { amount, price }.into());
    }
    if let Some(refund) = refund.filter(|refund| !refund.may_be_less)
        && amount.compare(&refund.owed).map_err(Refusal::from)?.is_lt()
    {
        let price = refund.owed;
        return Err(Refusal::NothingOff { price }.into());
    }
    check_limit(work, remedy, amount)?;
    Ok(Some(amount))
}

/// The roles of an actor who is not the system, for which nothing is too much.
fn roles<'a>(work: &'a Work<'_>) -> Option<Vec<&'a Code>> {
    match work.actor() {
        Actor::System => None,
        Actor::Staff { roles, .. } => Some(roles.iter().collect()),
        Actor::Customer(_) | Actor::Bot(_) => Some(Vec::new()),
    }
}

/// Refused where it is more than the actor may have paid, in its currency.
fn check_limit(work: &Work<'_>, remedy: Remedy, amount: Money) -> Result<(), Refusal> {
    let Some(roles) = roles(work) else {
        return Ok(());
    };
    let policy = work.rulebook().warranty();
    let of_role = |role: &&Code| match remedy {
        Remedy::Goodwill => policy.goodwill_limits.get(*role).map(|it| &it.amounts),
        Remedy::Repair | Remedy::Replacement | Remedy::Refund | Remedy::PriceCut => {
            policy.approval_limits.get(*role)
        }
    };
    let own = roles.iter().filter_map(of_role).flatten();
    let most = in_currency(own, amount.currency());
    match most.is_some_and(|most| amount.minor() <= most.minor()) {
        true => Ok(()),
        false => Err(Refusal::AboveLimit { most }),
    }
}

/// The share that the business bears of a repair under goodwill, when it is not all of it.
pub(super) fn share(
    work: &Work<'_>,
    command: &ApproveClaim,
) -> Result<Option<BasisPoints>, Refusal> {
    let remedy = command.remedy;
    let share = match command.part {
        Some(Part::OfCosts(_)) if remedy != Remedy::Goodwill => {
            return Err(Refusal::NoAmount { remedy });
        }
        Some(Part::OfCosts(share)) => Some(checked(share)?),
        Some(Part::OfPrice(_)) | None => None,
    };
    let limits = &work.rulebook().warranty().goodwill_limits;
    let is_repair = remedy == Remedy::Goodwill && !pays(command);
    let (true, false, Some(roles)) = (is_repair, limits.is_empty(), roles(work)) else {
        return Ok(share);
    };
    let own = roles.into_iter().filter_map(|role| limits.get(role));
    let most = own.map(|it| it.share).max();
    let borne = share.unwrap_or(BasisPoints::WHOLE);
    match most.is_some_and(|most| borne <= most) {
        true => Ok(share),
        false => Err(Refusal::AboveShare { most }),
    }
}
