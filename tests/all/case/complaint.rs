use aftercare::case::{
    AcknowledgeComplaint, AppealComplaint, DecideComplaint, MakeComplaint, MergeCases, OpenCase,
    Severity,
};
use aftercare::code;
use aftercare::kernel::{Actor, CaseId};
use aftercare::sla::{Aspect, Metric, Phase, StatusCategory};

use super::status::to;
use super::world::{World, hours, policy, promising, within};

fn company() -> World {
    let told = within(code!("told"), Metric::Acknowledgement, hours(24));
    let grave = [code!("major"), code!("critical")];
    let complaints = policy(code!("complaints"), [told])
        .in_group(code!("complaints"))
        .when(Aspect::Complaint, grave);
    World::new(promising([complaints]))
}

fn decide(case: CaseId) -> DecideComplaint {
    DecideComplaint {
        case,
        decision: code!("rejected"),
        remedy: Some(code!("apology")),
    }
}

fn appeal(case: CaseId) -> AppealComplaint {
    AppealComplaint {
        case,
        reason: code!("wrong_facts"),
    }
}

#[test]
fn a_complaint_is_acknowledged_decided_appealed_against_and_decided_again() {
    let world = company();
    let case = world.open();
    assert!(
        world.view(case).clocks.is_empty(),
        "no complaint, no such promise"
    );
    assert_eq!(world.refused(decide(case)), "case.not_a_complaint");
    assert_eq!(world.refused(appeal(case)), "case.not_a_complaint");
    world.pass(hours(10));
    world.run(MakeComplaint {
        case,
        severity: Severity::Minor,
    });
    world.run(MakeComplaint {
        case,
        severity: Severity::Major,
    });
    world.pass(hours(20));
    let clock = world.clock(case, Metric::Acknowledgement, Some("complaints"));
    assert_eq!(clock.consumed_ms, 20 * 3_600_000, "from when it is one");
    world.run(AcknowledgeComplaint { case });
    world.run(AcknowledgeComplaint { case });
    let clock = world.clock(case, Metric::Acknowledgement, Some("complaints"));
    assert_eq!(clock.phase, Phase::Met);
    assert_eq!(world.refused(appeal(case)), "case.complaint_step");
    world.run(decide(case));
    assert_eq!(world.refused(decide(case)), "case.complaint_step");
    world.run(to(case, "closed"));
    world.pass(hours(1_000));
    world.try_as(world.me(), appeal(case)).unwrap();
    assert_eq!(world.refused(appeal(case)), "case.complaint_step");
    let open = world.case(case);
    assert_eq!((open.category, open.reopened), (StatusCategory::Open, 1));
    world.run(decide(case));
    let complaint = world.case(case).complaint.clone().unwrap();
    assert_eq!((complaint.appeals, complaint.appealed_at), (1, None));
    assert_eq!(complaint.remedy, Some(code!("apology")));
}

#[test]
fn only_the_customer_or_staff_for_them_can_appeal() {
    let world = company();
    let case = world.run(OpenCase {
        complaint: Some(Severity::Critical),
        ..OpenCase::bare(world.customer)
    });
    world.run(decide(case));
    let stranger = Actor::Customer(world.register("eve@example.org"));
    let refusal = world.try_as(stranger, appeal(case)).unwrap_err();
    assert_eq!(refusal.code(), "record.not_found");
    world.run(appeal(case));
}

#[test]
fn a_decision_tells_the_customer_that_the_complaint_was_received() {
    let world = company();
    let case = world.run(OpenCase {
        complaint: Some(Severity::Critical),
        ..OpenCase::bare(world.customer)
    });
    world.run(decide(case));
    assert!(
        world
            .case(case)
            .complaint
            .as_ref()
            .unwrap()
            .acknowledged_at
            .is_some()
    );
    let clock = world.clock(case, Metric::Acknowledgement, Some("complaints"));
    assert_eq!(clock.phase, Phase::Met);
}

#[test]
fn an_undecided_complaint_is_not_lost_by_merging() {
    let world = company();
    let (survivor, merged) = (world.open(), world.open());
    world.run(MakeComplaint {
        case: merged,
        severity: Severity::Major,
    });
    world.run(MergeCases { survivor, merged });
    let complaint = world.case(survivor).complaint.clone().unwrap();
    assert_eq!(complaint.severity, Severity::Major);
    assert_eq!(world.view(survivor).clocks.len(), 1);
}

#[test]
fn an_undecided_complaint_goes_on_in_a_case_whose_own_was_decided() {
    let world = company();
    let (survivor, merged) = (world.open(), world.open());
    let complain = |case, severity| MakeComplaint { case, severity };
    world.run(complain(survivor, Severity::Critical));
    world.run(decide(survivor));
    world.run(complain(merged, Severity::Minor));
    world.run(MergeCases { survivor, merged });
    let complaint = world.case(survivor).complaint.clone().unwrap();
    assert!(!complaint.is_decided());
    assert_eq!(complaint.acknowledged_at, None);
    world.run(decide(survivor));
    world.run(appeal(survivor));
}

#[test]
fn a_decided_complaint_can_be_appealed_against_where_its_case_goes_on() {
    let world = company();
    let (survivor, merged) = (world.open(), world.open());
    world.run(MakeComplaint {
        case: merged,
        severity: Severity::Major,
    });
    world.run(decide(merged));
    let decided = world.case(merged).complaint.clone();
    world.pass(hours(1));
    world.run(MergeCases { survivor, merged });
    assert_eq!(world.case(survivor).complaint, decided);
    world.try_as(world.me(), appeal(survivor)).unwrap();
    world.run(decide(survivor));
}

#[test]
fn what_was_acknowledged_stays_so_when_cases_are_merged() {
    let world = company();
    let (survivor, merged) = (world.open(), world.open());
    world.run(MakeComplaint {
        case: merged,
        severity: Severity::Major,
    });
    world.run(AcknowledgeComplaint { case: merged });
    let acknowledged = world.case(merged).complaint.clone();
    world.pass(hours(1));
    world.run(MergeCases { survivor, merged });
    assert_eq!(world.case(survivor).complaint, acknowledged);
    let clock = world.clock(survivor, Metric::Acknowledgement, Some("complaints"));
    assert_eq!(clock.phase, Phase::Idle, "nobody has to be told again");
}
