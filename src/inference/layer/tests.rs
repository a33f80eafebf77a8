mod names;

use super::*;
use crate::model::{LayerName, Port};
use crate::topology::testing::facts;

fn published(port: u16) -> Port {
    Port {
        container: port,
        protocol: "tcp".into(),
        published: Some(port),
        address: None,
    }
}

const fn place(needs: usize, needed_by: usize) -> GraphPlace {
    GraphPlace {
        needs,
        stores: 0,
        needed_by,
        awaited: false,
    }
}

fn of(
    name: &str,
    facts: &InstanceFacts,
    place: GraphPlace,
    rule: Option<Layer>,
) -> LayerAssignment {
    let hint = Catalog::builtin().lookup(&facts.image);
    let layers = Layers::default();
    assign(&Subject {
        name,
        rule,
        layers: &layers,
        facts: Some(facts),
        hint: hint.as_deref(),
        place,
    })
}

#[test]
fn config_beats_label_beats_catalog() {
    let mut db = facts("hub/db");
    db.image = "postgres:16".into();
    assert_eq!(
        of("db", &db, GraphPlace::default(), None).origin,
        LayerOrigin::Catalog
    );
    db.labels
        .reveal_mut()
        .insert(LAYER_LABEL.into(), "Operations".into());
    let labelled = of("db", &db, GraphPlace::default(), None);
    assert_eq!(
        (labelled.layer, labelled.origin),
        (Layer::Infra, LayerOrigin::Label)
    );
    let ruled = of("db", &db, GraphPlace::default(), Some(Layer::Ui));
    assert_eq!(
        (ruled.layer, ruled.origin),
        (Layer::Ui, LayerOrigin::Config)
    );
}

#[test]
fn a_bad_label_is_ignored_but_told() {
    let mut db = facts("hub/db");
    db.image = "postgres:16".into();
    db.labels
        .reveal_mut()
        .insert(LAYER_LABEL.into(), "bottom\x1b[2J".into());
    let found = of("db", &db, GraphPlace::default(), None);
    assert_eq!(
        (found.layer, found.origin),
        (Layer::Data, LayerOrigin::Catalog)
    );
    assert_eq!(
        found.reason,
        "image postgres; the label hubdeck.layer=\"bottom [2J\" is no layer and was ignored"
    );
}

#[test]
fn jobs_and_backups_are_operations_whatever_their_image() {
    let mut job = facts("hub/migrate");
    job.image = "postgres:16".into();
    let awaited = GraphPlace {
        awaited: true,
        ..GraphPlace::default()
    };
    assert_eq!(of("whatever", &job, awaited, None).layer, Layer::Infra);
    assert_eq!(
        of("backup", &job, place(1, 0), None).layer,
        Layer::Infra,
        "a looping backup"
    );
    assert_eq!(
        of("migrate", &job, place(1, 0), None).layer,
        Layer::Data,
        "it never ends"
    );
    job.restart_policy = "no".into();
    assert_eq!(
        of("db-migrate", &job, place(1, 0), None).layer,
        Layer::Infra
    );
    job.ports = vec![published(5432)];
    assert_eq!(
        of("test-db", &job, place(0, 0), None).layer,
        Layer::Data,
        "it serves a port"
    );
}

#[test]
fn one_image_in_several_roles() {
    let mut nginx = facts("hub/x");
    nginx.image = "nginx:1.25-alpine".into();
    assert_eq!(of("proxy", &nginx, place(2, 0), None).layer, Layer::Edge);
    assert_eq!(of("frontend", &nginx, place(0, 1), None).layer, Layer::Ui);
    nginx.image = "apache/airflow:2".into();
    assert_eq!(
        of("airflow-worker", &nginx, place(2, 0), None).layer,
        Layer::App
    );
    assert_eq!(
        of("airflow-cli", &nginx, place(2, 0), None).layer,
        Layer::Infra
    );
    assert_eq!(
        of("airflow-nginx", &nginx, place(2, 0), None).layer,
        Layer::Edge
    );
    nginx.image = "acme/geodata:2".into();
    nginx.restart_policy = "no".into();
    nginx.command = vec!["/bin/true".into()].into();
    assert_eq!(of("geodata", &nginx, place(0, 0), None).layer, Layer::Infra);
}

#[test]
fn several_clues_add_up_and_rivals_take_away() {
    let mut own = facts("hub/x");
    own.image = "acme/thing:1".into();
    let named = of("orders-db", &own, GraphPlace::default(), None);
    own.healthcheck = Some(crate::model::Healthcheck {
        test: vec!["CMD-SHELL".into(), "pg_isready -U me".into()].into(),
        interval: None,
        start_period: None,
        retries: None,
    });
    let checked = of("orders-db", &own, GraphPlace::default(), None);
    assert!(
        checked.confidence > named.confidence,
        "{} {}",
        checked.confidence,
        named.confidence
    );
    own.command = vec!["gunicorn".into(), "app".into()].into();
    let rivalled = of("orders-db", &own, GraphPlace::default(), None);
    assert!(rivalled.confidence < checked.confidence && rivalled.layer == Layer::Data);
    let reasons: Vec<&str> = rivalled
        .evidence
        .iter()
        .map(|each| each.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        ["checked by pg_isready", "named db", "runs gunicorn"],
        "the rival comes last"
    );
}

#[test]
fn own_builds_are_known_by_what_they_run() {
    let check = |facts: &mut InstanceFacts, test: &str| {
        facts.healthcheck = Some(crate::model::Healthcheck {
            test: vec!["CMD-SHELL".into(), test.into()].into(),
            interval: None,
            start_period: None,
            retries: None,
        });
    };
    for (command, test, variable, mount, layer) in [
        ("docker-entrypoint.sh postgres", "", "", "", Layer::Data),
        ("", "redis-cli ping", "", "", Layer::Data),
        ("", "pg_isready -h db -U x", "", "", Layer::App),
        ("", "", "MYSQL_ROOT_PASSWORD", "", Layer::Data),
        ("", "", "GF_SECURITY_ADMIN_USER", "", Layer::Infra),
        ("", "", "", "/var/lib/postgresql/data", Layer::Data),
        ("celery -A proj worker", "", "", "", Layer::App),
        ("celery -A proj flower", "", "", "", Layer::Infra),
        ("nginx -g daemon off;", "", "", "", Layer::Edge),
        ("npx vite --host", "", "", "", Layer::Ui),
        (
            "start",
            "curl -f http://localhost:9200/_cluster/health",
            "",
            "",
            Layer::Data,
        ),
    ] {
        let mut own = facts("hub/zeta");
        own.image = "hub-zeta".into();
        own.command = command.split_whitespace().map(str::to_owned).collect();
        if !test.is_empty() {
            check(&mut own, test);
        }
        if !variable.is_empty() {
            own.environment
                .reveal_mut()
                .push((variable.into(), "x".into()));
        }
        if !mount.is_empty() {
            let (kind, target) = ("volume".into(), mount.into());
            own.mounts.push(crate::model::Mount {
                kind,
                source: "v".into(),
                target,
                writable: true,
            });
        }
        let found = of("zeta", &own, GraphPlace::default(), None);
        assert_eq!(
            found.layer, layer,
            "{command}{test}{variable}{mount}: {:?}",
            found.evidence
        );
    }
}

#[test]
fn a_label_may_name_any_layer_there_is() {
    let batch = LayerName {
        layer: Layer::Added(0),
        id: "batch".into(),
        title: "Nightly work".into(),
    };
    let layers = Layers::new(vec![batch]);
    for text in ["batch", " Nightly Work ", "BATCH"] {
        let mut job = facts("hub/x");
        job.labels
            .reveal_mut()
            .insert(LAYER_LABEL.into(), text.into());
        let subject = Subject {
            name: "x",
            rule: None,
            layers: &layers,
            facts: Some(&job),
            hint: None,
            place: GraphPlace::default(),
        };
        let found = assign(&subject);
        assert_eq!(
            (found.layer, found.confidence),
            (Layer::Added(0), 100),
            "{text}"
        );
        assert!(found.evidence.len() > 1, "what was inferred is told too");
    }
}

proptest::proptest! {
    #[test]
    fn no_facts_upset_the_inference(
        texts in proptest::collection::vec("\\PC{0,40}|[a-z/:@ .=;&|$*\"'-]{0,30}|.{0,12}", 9),
        ports in proptest::collection::vec(proptest::num::u16::ANY, 0..4),
        counts in proptest::array::uniform3(0usize..4),
        awaited in proptest::bool::ANY,
    ) {
        let mut odd = facts("hub/x");
        odd.service = texts[0].as_str().into();
        odd.image.clone_from(&texts[1]);
        odd.command = vec![texts[2].clone(), texts[3].clone()].into();
        odd.environment = vec![(texts[4].clone(), texts[3].clone())].into();
        odd.healthcheck = Some(crate::model::Healthcheck {
            test: vec![texts[5].clone(), texts[6].clone()].into(),
            interval: None,
            start_period: None,
            retries: None,
        });
        odd.labels.reveal_mut().insert(LAYER_LABEL.into(), texts[7].clone());
        odd.labels.reveal_mut().insert("org.opencontainers.image.title".into(), texts[8].clone());
        odd.ports = ports.into_iter().map(published).collect();
        odd.restart_policy = texts[8].as_str().into();
        let [needs, stores, needed_by] = counts;
        let found = of(&texts[0], &odd, GraphPlace { needs, stores, needed_by, awaited }, None);
        proptest::prop_assert!(found.confidence <= 100);
        proptest::prop_assert!(found.evidence.iter().all(|each| each.confidence <= 100));
        proptest::prop_assert_eq!(found.evidence.first().map(|first| first.layer), Some(found.layer));
    }
}
