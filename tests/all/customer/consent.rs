use super::world::World;
use aftercare::code;
use aftercare::customer::{
    AddContactPoint, CustomerPolicy, GiveConsent, PreferChannel, ReadConsents, Untold,
    VerifyContactPoint, WithdrawConsent, channel_for,
};
use aftercare::interaction::Channel;
use aftercare::kernel::{Code, CustomerId};

/// A customer with a verified e-mail address and a verified telephone number.
fn reachable(world: &World) -> CustomerId {
    let customer = world.register("Ali");
    for add in [
        AddContactPoint::email(customer, "ali@example.com"),
        AddContactPoint::phone(customer, "0532 123 45 67"),
    ] {
        let contact = world.run(add);
        world.run(VerifyContactPoint { customer, contact });
    }
    customer
}

fn over(world: &World, id: CustomerId, purpose: &Code) -> Result<Channel, Untold> {
    channel_for(&world.stored(id), purpose, None, &CustomerPolicy::default())
}

#[test]
fn marketing_needs_consent_and_service_does_not() {
    let world = World::new();
    let id = reachable(&world);
    assert_eq!(over(&world, id, &code!("case.update")), Ok(Channel::Email));
    assert_eq!(
        over(&world, id, &code!("marketing.offers")),
        Err(Untold::NoConsent)
    );
    world.run(GiveConsent::new(id, code!("marketing"), code!("checkout")).over(Channel::Sms));
    assert_eq!(
        over(&world, id, &code!("marketing.offers")),
        Ok(Channel::Sms)
    );
    world.run(WithdrawConsent::new(id, code!("marketing"), code!("call")));
    assert_eq!(
        over(&world, id, &code!("marketing.offers")),
        Err(Untold::NoConsent)
    );
}

#[test]
fn an_objection_holds_also_where_no_consent_is_needed() {
    let world = World::new();
    let id = reachable(&world);
    world.run(WithdrawConsent::new(id, code!("survey"), code!("portal")));
    assert_eq!(over(&world, id, &code!("survey")), Err(Untold::NoConsent));
    assert_eq!(over(&world, id, &code!("case.update")), Ok(Channel::Email));
}

#[test]
fn the_narrowest_preference_comes_first_and_the_default_order_after_it() {
    let world = World::new();
    let customer = reachable(&world);
    let prefer = |purpose, order| PreferChannel {
        customer,
        purpose,
        order,
    };
    world.run(prefer(code!("*"), vec![Channel::Sms, Channel::Sms]));
    world.run(prefer(code!("case"), vec![Channel::Post, Channel::Phone]));
    assert_eq!(over(&world, customer, &code!("visit")), Ok(Channel::Sms));
    assert_eq!(
        over(&world, customer, &code!("case.update")),
        Ok(Channel::Phone)
    );
    world.run(prefer(code!("case"), vec![Channel::Social]));
    assert_eq!(
        over(&world, customer, &code!("case.update")),
        Ok(Channel::Email)
    );
    world.run(prefer(code!("case"), vec![]));
    assert_eq!(
        over(&world, customer, &code!("case.update")),
        Ok(Channel::Sms)
    );
}

#[test]
fn an_unverified_contact_point_is_not_used() {
    let world = World::new();
    let id = world.register("Ali");
    world.run(AddContactPoint::email(id, "ali@example.com"));
    assert_eq!(
        over(&world, id, &code!("case.update")),
        Err(Untold::NoContact)
    );
    let address = aftercare::customer::ContactKind::Address;
    world.run(AddContactPoint::new(id, address, "Çınar Sk. 5"));
    let policy = CustomerPolicy::default();
    let letter = channel_for(
        &world.stored(id),
        &code!("visit"),
        Some(Channel::Post),
        &policy,
    );
    assert_eq!(letter, Ok(Channel::Post));
}

#[test]
fn the_journal_tells_how_consents_came_about() {
    let world = World::new();
    let id = reachable(&world);
    let wording = code!("tr-2026-1");
    let given = GiveConsent::new(id, code!("marketing"), code!("checkout")).over(Channel::Email);
    world.run(given.with_wording(wording.clone()));
    world.run(WithdrawConsent::new(id, code!("marketing"), code!("call")));
    let mut question = ReadConsents {
        customer: id,
        after: None,
        limit: 2,
    };
    let mut decisions = Vec::new();
    loop {
        let page = world.ask(&question);
        decisions.extend(page.decisions);
        match page.next {
            Some(next) => question.after = Some(next),
            None => break,
        }
    }
    let told: Vec<_> = decisions
        .iter()
        .map(|d| (d.is_given, d.channel, d.source.clone()))
        .collect();
    let expected = [
        (true, Some(Channel::Email), code!("checkout")),
        (false, None, code!("call")),
    ];
    assert_eq!(told, expected);
    assert_eq!(decisions[0].wording, Some(wording));
    assert!(decisions[0].at < decisions[1].at);
    // Only what counts is left in the state.
    assert_eq!(world.stored(id).consents.len(), 1);
}
