//! Compose's `restart: true`.

use super::*;
use crate::model::{Dependency, DependencyCondition};

/// `name` depends on `needs`, with `restart: true` where `restart`.
fn depend(snapshot: &mut Snapshot, name: &str, needs: &str, restart: bool) {
    let at = |snapshot: &Snapshot, name: &str| {
        let mut services = snapshot.services.iter();
        services
            .position(|it| it.name.as_str() == name)
            .expect("a service")
    };
    let (from, to) = (at(snapshot, name), at(snapshot, needs));
    Arc::make_mut(&mut snapshot.services[to])
        .needed_by
        .push(ServiceId::new(name));
    for instance in &mut Arc::make_mut(&mut snapshot.services[from]).instances {
        Arc::make_mut(&mut instance.facts).depends_on = vec![Dependency {
            service: needs.into(),
            condition: DependencyCondition::ServiceStarted,
            restart,
        }];
    }
}

#[test]
fn a_restart_takes_those_along_whose_compose_file_says_so() {
    let mut snapshot = world(
        "db+ api++ web+ old- stats+",
        "api>db web>api old>db stats>db",
    );
    for (name, needs, restart) in [
        ("api", "db", true),
        ("web", "api", true),
        ("old", "db", true),
        ("stats", "db", false),
    ] {
        depend(&mut snapshot, name, needs, restart);
    }
    let made = |kind, with| plan(&operation(kind, "db", with), &snapshot).expect("a plan");
    let alone = made(Restart, false);
    assert_eq!(show(&alone), "db-1 | api-1 | api-2 | web-1");
    for told in [
        "api is restarted after db: its Compose file says restart: true",
        "web is restarted after api: its Compose file says restart: true",
    ] {
        assert!(
            alone.warnings.contains(&told.to_owned()),
            "{:?}",
            alone.warnings
        );
    }
    assert!(
        !alone
            .warnings
            .iter()
            .any(|it| it.contains("old is restarted"))
    );
    let with = made(Restart, true);
    assert_eq!(show(&with), "db-1 | api-1 stats-1 | api-2 | web-1");
    assert!(!with.warnings.iter().any(|it| it.contains("Compose file")));
    assert_eq!(
        show(&made(Stop, false)),
        "db-1",
        "Compose stops none of them"
    );
}
