//! Commands, healthchecks and tasks.

use super::*;
use crate::model::Healthcheck;

/// A command with the hosts it names.
const COMMANDS: &[(&[&str], &str)] = &[
    (
        &[
            "celery",
            "--broker=redis://redis:6379/0",
            "-A",
            "app",
            "worker",
        ],
        "redis:6379",
    ),
    (&["locust", "-h", "web", "-d", "60"], "web"),
    (&["app", "--upstream", "http://x:80"], "x:80"),
    (&["wait-for-it", "db:5432", "--", "app"], "db:5432"),
    (
        &[
            "./wait-for-it.sh",
            "db:5432",
            "-t",
            "30",
            "--",
            "python",
            "api.py",
        ],
        "db:5432",
    ),
    (&["dockerize", "-wait", "tcp://db:5432", "app"], "db:5432"),
    (
        &[
            "sh",
            "-c",
            "until nc -z db 5432; do sleep 1; done; exec api",
        ],
        "db:5432",
    ),
    (
        &["sh", "-c", "while ! </dev/tcp/db/5432; do sleep 1; done"],
        "db:5432",
    ),
    (
        &[
            "sh",
            "-c",
            "mysqladmin ping -hdb -uroot -papi && mysql -h db2 app",
        ],
        "db db2",
    ),
    (
        &[
            "bash",
            "-c",
            "PGPASSWORD=redis pg_dump --host=db --username=api web > /backup/db",
        ],
        "db",
    ),
    (
        &[
            "sh",
            "-c",
            "mc alias set local http://minio:9000 user minio; mc mb local/bucket",
        ],
        "minio:9000",
    ),
    (
        &["redis-server", "--replicaof", "redis-1", "6379"],
        "redis-1",
    ),
    (&["redis-server", "--requirepass", "redis:6379"], ""),
    (
        &[
            "kafka-topics",
            "--bootstrap-server",
            "kafka:9092",
            "--topic",
            "api",
        ],
        "kafka:9092",
    ),
    (
        &["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"],
        "0.0.0.0",
    ),
    (&["postgres", "-c", "config_file=/etc/db.conf"], ""),
    (
        &["node", "-e", "fetch('http://studio:3000/api')"],
        "studio:3000",
    ),
    (&["docker", "run", "redis:7000"], ""),
    (&["run", "api", "worker", "db"], ""),
    (
        &[
            "--config.file=/etc/prometheus/prometheus.yml",
            "--alertmanager.url=http://am:9093",
        ],
        "am:9093",
    ),
    (
        &[
            "sh",
            "-c",
            "curl http://a:80; cat << EOF > /x.yml\nurl: http://b:80\nEOF\n",
        ],
        "a:80",
    ),
    (
        &[
            "sh",
            "-c",
            "cat <<-'EOF' > /x.yml url: http://b:80 and what was cut",
        ],
        "",
    ),
    // What runs after it most likely reads it.
    (
        &[
            "sh",
            "-c",
            "cat > /x.yml <<EOF\nurl: http://b:80\nEOF\nserver -c /x.yml",
        ],
        "b:80",
    ),
    (&["sh", "-c", "ssh x <<EOF\nnc b 80\nEOF"], "b:80"),
    (&["sh", "-c", "echo $((1<<2)); nc b 80"], "b:80"),
    (
        &["tunnel", "--url", "web:80", "--token", "db:5432"],
        "web:80",
    ),
];

#[test]
fn commands_name_hosts_and_nothing_else() {
    for &(command, expected) in COMMANDS {
        let mut facts = facts("hub/app");
        facts.command = command.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(shown(&of(&facts).named), expected, "{command:?}");
    }
}

#[test]
fn a_healthcheck_may_name_another_service() {
    let mut facts = facts("hub/app");
    let test = vec![
        "CMD-SHELL".into(),
        "curl -f http://other:8080/health || exit 1".into(),
    ];
    facts.healthcheck = Some(Healthcheck {
        test: test.into(),
        interval: None,
        start_period: None,
        retries: None,
    });
    let expected = Reference::new("other", Some(8080), Provenance::Command, "healthcheck");
    assert_eq!(of(&facts).named, [expected]);
}

#[test]
fn tasks_that_a_scheduler_runs_in_the_container_name_hosts() {
    let mut facts = facts("hub/app");
    let mut label =
        |name: &str, value: &str| facts.labels.reveal_mut().insert(name.into(), value.into());
    label(
        "ofelia.job-exec.index.command",
        "curl http://solr:8983/update",
    );
    label("ofelia.job-exec.index.schedule", "@every http://no:1");
    label("com.example.command", "curl http://other:1");
    assert_eq!(shown(&of(&facts).named), "solr:8983");
}
