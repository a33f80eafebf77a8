//! What values and commands of well-known Compose files name.

use proptest::prelude::*;

use super::*;
use crate::model::Healthcheck;
use crate::topology::testing::facts;

/// `host:port` of every reference, sorted.
fn told(references: &[Reference]) -> String {
    let words: BTreeSet<String> = references
        .iter()
        .map(|each| {
            each.port
                .map_or_else(|| each.host.clone(), |port| format!("{}:{port}", each.host))
        })
        .collect();
    words.into_iter().collect::<Vec<_>>().join(" ")
}

fn in_environment(image: &str, name: &str, value: &str) -> String {
    let mut facts = facts("hub/app");
    facts.image = image.into();
    facts.environment = vec![(name.into(), value.into())].into();
    told(&of(&facts).named)
}

/// `NAME=value` with the hosts it names.
const VARIABLES: &[(&str, &str)] = &[
    // Django, Flask, Celery, Airflow, FastAPI
    ("DATABASE_URL=postgres://u:p@db:5432/postgres", "db:5432"),
    (
        "SQLALCHEMY_DATABASE_URI=postgresql+asyncpg://u:p@db/app",
        "db",
    ),
    ("SQL_HOST=db", "db"),
    ("SQL_ENGINE=django.db.backends.postgresql", ""),
    ("DATABASE=postgres", ""),
    (
        "CELERY_BROKER_URL=amqp://guest:guest@rabbitmq:5672//",
        "rabbitmq:5672",
    ),
    (
        "CELERY_RESULT_BACKEND=redis://:p@redis:6379/0",
        "redis:6379",
    ),
    ("DJANGO_ALLOWED_HOSTS=localhost backend nginx", ""),
    ("CSRF_TRUSTED_ORIGINS=http://nginx:80", ""),
    (
        "AIRFLOW__CORE__SQL_ALCHEMY_CONN=postgresql+psycopg2://a:b@postgres/airflow",
        "postgres",
    ),
    ("AIRFLOW__CORE__EXECUTOR=CeleryExecutor", ""),
    // Rails, Laravel, Symfony, Phoenix
    ("REDIS_URL=redis://redis:6379/1", "redis:6379"),
    ("DB_CONNECTION=mysql", ""),
    ("QUEUE_CONNECTION=redis", ""),
    ("CACHE_DRIVER=redis", ""),
    ("DB_HOST=mysql", "mysql"),
    ("MAIL_HOST=mailpit", "mailpit"),
    (
        "MEILISEARCH_HOST=http://meilisearch:7700",
        "meilisearch:7700",
    ),
    ("MAILER_DSN=smtp://mailhog:1025", "mailhog:1025"),
    (
        "MESSENGER_TRANSPORT_DSN=amqp://guest:guest@rabbitmq:5672/%2f/messages",
        "rabbitmq:5672",
    ),
    ("DATABASE_URL=ecto://postgres:postgres@db/app", "db"),
    ("PHX_HOST=example.com", "example.com"),
    // Spring, .NET, Go
    (
        "SPRING_DATASOURCE_URL=jdbc:postgresql://db:5432/app",
        "db:5432",
    ),
    ("SPRING_DATASOURCE_USERNAME=postgres", ""),
    ("SPRING_RABBITMQ_HOST=rabbitmq", "rabbitmq"),
    (
        "EUREKA_CLIENT_SERVICEURL_DEFAULTZONE=http://eureka:8761/eureka/",
        "eureka:8761",
    ),
    (
        "SPRING_CONFIG_IMPORT=optional:configserver:http://config:8888/",
        "config:8888",
    ),
    (
        "JAVA_OPTS=-Xmx1g -Dspring.redis.host=redis -Dname=web",
        "redis",
    ),
    (
        "ConnectionStrings__Default=Server=sql,1433;Database=app;User Id=sa;Password=x",
        "sql",
    ),
    ("ConnectionStrings__EventBus=rabbitmq", "rabbitmq"),
    (
        "ConnectionStrings__Redis=redis:6379,password=x",
        "redis:6379",
    ),
    (
        "MYSQL_DSN=root:p@tcp(db:3306)/app?parseTime=true",
        "db:3306",
    ),
    (
        "DSN=host=db port=5432 user=api dbname=web sslmode=disable",
        "db",
    ),
    // Stores and brokers of others
    (
        "MONGODB_URI=mongodb://u:p@mongo1:27017,mongo2:27017/?replicaSet=rs0",
        "mongo1:27017 mongo2:27017",
    ),
    (
        "KAFKA_BOOTSTRAP_SERVERS=kafka:9092,kafka2:9092",
        "kafka2:9092 kafka:9092",
    ),
    (
        "CONNECT_BOOTSTRAP_SERVERS=PLAINTEXT://broker:29092",
        "broker:29092",
    ),
    ("KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://kafka:9092", ""),
    ("KAFKA_ZOOKEEPER_CONNECT=zookeeper:2181", "zookeeper:2181"),
    (
        "KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS=kafka:29092",
        "kafka:29092",
    ),
    ("KAFKA_CLUSTERS_0_NAME=kafka", ""),
    (
        "REDIS_SENTINELS=redis+sentinel://s1:26379,s2:26379/mymaster",
        "s1:26379 s2:26379",
    ),
    ("REDIS_HOSTS=local:redis:6379", "redis:6379"),
    (
        "NATS_SERVERS=nats://nats-1:4222,nats://nats-2:4222",
        "nats-1:4222 nats-2:4222",
    ),
    (
        "ELASTICSEARCH_HOSTS=[\"http://es01:9200\",\"http://es02:9200\"]",
        "es01:9200 es02:9200",
    ),
    ("discovery.seed_hosts=es02,es03", "es02 es03"),
    (
        "CASSANDRA_CONTACT_POINTS=cassandra1,cassandra2",
        "cassandra1 cassandra2",
    ),
    ("ETCD_ENDPOINTS=etcd:2379", "etcd:2379"),
    ("MINIO_ADDRESS=minio:9000", "minio:9000"),
    ("S3_BUCKET=s3://minio/data", ""),
    // Nextcloud, WordPress, Gitea, Ghost
    ("MYSQL_HOST=db", "db"),
    ("WORDPRESS_DB_HOST=db:3306", "db:3306"),
    ("WORDPRESS_DB_NAME=wordpress", ""),
    ("GITEA__database__HOST=db:5432", "db:5432"),
    ("GITEA__database__DB_TYPE=postgres", ""),
    ("database__connection__host=db", "db"),
    ("NEXTCLOUD_TRUSTED_DOMAINS=web nginx", ""),
    ("TRUSTED_PROXIES=traefik", ""),
    // Grafana, Keycloak, n8n, Outline, Plausible, Sentry
    ("GF_DATABASE_HOST=postgres:5432", "postgres:5432"),
    ("GF_SERVER_ROOT_URL=http://localhost:3000", "localhost:3000"),
    ("KC_DB=postgres", ""),
    ("KC_DB_URL=jdbc:postgresql://postgres/keycloak", "postgres"),
    ("DB_POSTGRESDB_HOST=postgres", "postgres"),
    ("DB_POSTGRESDB_USER=postgres", ""),
    ("DB_TYPE=postgresdb", ""),
    (
        "CLICKHOUSE_DATABASE_URL=http://events_db:8123/plausible",
        "events_db:8123",
    ),
    ("SENTRY_MEMCACHED_HOST=memcached", "memcached"),
    ("SNUBA_SETTINGS=docker", ""),
    ("OAUTH2_PROXY_UPSTREAMS=http://app:8080", "app:8080"),
    (
        "OAUTH2_PROXY_REDIRECT_URL=http://app:4180/oauth2/callback",
        "",
    ),
    // Tools
    ("PMA_HOST=db", "db"),
    ("ADMINER_DEFAULT_SERVER=db", "db"),
    (
        "ME_CONFIG_MONGODB_URL=mongodb://root:x@mongo:27017/",
        "mongo:27017",
    ),
    (
        "DATA_SOURCE_NAME=postgresql://u:p@db:5432/postgres?sslmode=disable",
        "db:5432",
    ),
    (
        "DATA_SOURCE_URI=db:5432/postgres?sslmode=disable",
        "db:5432",
    ),
    ("DOCKER_HOST=tcp://socket-proxy:2375", "socket-proxy:2375"),
    ("MC_HOST_local=http://u:p@minio:9000", "minio:9000"),
    (
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector:4317",
        "otel-collector:4317",
    ),
    ("OTEL_SERVICE_NAME=api", ""),
    ("HTTP_PROXY=http://squid:3128", "squid:3128"),
    ("NO_PROXY=localhost,db,redis", ""),
    ("PGHOST=db", "db"),
    ("POSTGRES_DB=app", ""),
    ("REDIS_PASSWORD=redis", ""),
    ("REDIS_IMAGE=redis:7000", ""),
    ("HOSTNAME=db", ""),
    ("VIRTUAL_HOST=db", ""),
    ("BACKEND=http://api:8000", "api:8000"),
    ("MOTD_URL=welcome to the api, see docs!", ""),
    (
        "CONFIG={\"database\": {\"host\": \"db\", \"user\": \"api\"}}",
        "db",
    ),
    (
        "CONFIG=listen = 80\n# url = \"http://old:1\"\nurl = \"http://api:8000\"\nimage: redis:7000",
        "api:8000",
    ),
];

#[test]
fn variables_name_hosts_and_nothing_else() {
    for (variable, expected) in VARIABLES {
        let (name, value) = variable.split_once('=').expect("a variable");
        assert_eq!(
            in_environment("acme/app:1", name, value),
            *expected,
            "{variable}"
        );
    }
}

#[test]
fn a_server_of_data_does_not_use_what_a_shared_file_names() {
    for (image, variable, expected) in [
        ("postgres:16", "REDIS_URL=redis://redis:6379", ""),
        ("redis:7", "DB_HOST=db", ""),
        ("mariadb:11", "MARIADB_MASTER_HOST=db-1", "db-1"),
        (
            "confluentinc/cp-kafka",
            "KAFKA_ZOOKEEPER_CONNECT=zookeeper:2181",
            "zookeeper:2181",
        ),
        (
            "minio/minio",
            "MINIO_PROMETHEUS_URL=http://prometheus:9090",
            "prometheus:9090",
        ),
        ("elasticsearch:8", "discovery.seed_hosts=es02", "es02"),
        ("bitnami/pgbouncer", "DB_HOST=db", "db"),
        ("postgres:16", "PGHOST=db", "db"),
    ] {
        let (name, value) = variable.split_once('=').expect("a variable");
        assert_eq!(
            in_environment(image, name, value),
            expected,
            "{image} with {variable}"
        );
    }
    // With a script it is something else, most often a backup.
    let mut backup = facts("hub/backup");
    backup.image = "postgres:16".into();
    backup.command = vec!["/bin/sh".into(), "-c".into(), "pg_dump > /x".into()].into();
    backup.environment = vec![("DB_HOST".into(), "db".into())].into();
    assert_eq!(told(&of(&backup).named), "db");
}

#[test]
fn commands_name_hosts_and_nothing_else() {
    for (command, expected) in [
        (
            &[
                "celery",
                "--broker=redis://redis:6379/0",
                "-A",
                "app",
                "worker",
            ][..],
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
    ] {
        let mut facts = facts("hub/app");
        facts.command = command.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(told(&of(&facts).named), expected, "{command:?}");
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
    assert_eq!(told(&of(&facts).named), "solr:8983");
}

#[test]
fn details_never_hold_a_value() {
    let mut facts = facts("hub/app");
    facts.environment = vec![(
        "DATABASE_URL".into(),
        "postgres://user:hunter2@db:5432/x".into(),
    )]
    .into();
    facts.command = vec![
        "--dsn=mysql://user:hunter2@sql/x".into(),
        "http://user:hunter2@web/".into(),
    ]
    .into();
    let named = of(&facts).named;
    let details: Vec<&str> = named.iter().map(|each| each.detail.as_str()).collect();
    assert_eq!(details, ["DATABASE_URL", "--dsn", "command"]);
    assert!(!format!("{named:?}").contains("hunter2"), "{named:?}");
}

fn file(path: &str, text: &str) -> ConfigurationFile {
    ConfigurationFile {
        path: path.into(),
        text: text.into(),
    }
}

#[test]
fn files_name_targets_outside_of_comments() {
    for (path, text, expected) in [
        (
            "/etc/prometheus/prometheus.yml",
            "scrape_configs:\n  - job_name: api\n    static_configs:\n      - targets: ['api:8000', \"web:80\"] # old:1\n",
            "api:8000 web:80",
        ),
        (
            "/etc/promtail/config.yml",
            "clients:\n  - url: http://loki:3100/loki/api/v1/push\n",
            "loki:3100",
        ),
        (
            "/etc/grafana/provisioning/datasources/a.yml",
            "    url: http://prometheus:9090\n    access: proxy\n",
            "prometheus:9090",
        ),
        (
            "/home/kong/kong.yml",
            "services:\n  - name: auth\n    host: auth\n    port: 9999\n  - url: http://rest:3000/\n",
            "auth rest:3000",
        ),
        (
            "/etc/otel.yaml",
            "exporters:\n  otlp:\n    endpoint: jaeger:4317\n#   endpoint: old:4317\n",
            "jaeger:4317",
        ),
        (
            "/app/settings.ini",
            "[db]\n; host = old\nhost = db\nuser = api\n",
            "db",
        ),
        (
            "/app/settings.json",
            "{\"smtp\": {\"host\": \"mail\", \"name\": \"web\"}}",
            "mail",
        ),
        (
            "/etc/clickhouse/config.xml",
            "<!-- <host>old</host> -->\n<host>keeper</host>",
            "keeper",
        ),
        (
            "/app/docker-compose.yml",
            "services:\n  db:\n    environment:\n      URL: http://api:8000\n",
            "",
        ),
        (
            "/app/.env",
            "DATABASE_URL=postgres://u:p@db/x\n#OLD_URL=http://old\nALLOWED_HOSTS=web\n",
            "db",
        ),
    ] {
        assert_eq!(told(&of_files(&[file(path, text)])), expected, "{path}");
    }
    let found = of_files(&[file(
        "/etc/prometheus/prometheus.yml",
        "- targets: ['api:8000']",
    )]);
    assert_eq!(
        found,
        [Reference::new(
            "api",
            Some(8000),
            Provenance::Configuration,
            "prometheus.yml :8000"
        )]
    );
}

#[test]
fn what_is_kept_is_bounded() {
    let mut facts = facts("hub/app");
    let list: Vec<String> = (0..2_000)
        .map(|number| format!("http://h{number}:80"))
        .collect();
    facts.environment = vec![("URLS".into(), list.join(","))].into();
    assert_eq!(of(&facts).named.len(), MOST);
    assert_eq!(of_files(&[file("/x.yml", &list.join("\n"))]).len(), MOST);
    // These would take minutes if any of them were looked through again and again.
    for text in [
        "host=",
        "://",
        "a:80,",
        "http:",
        "http://a,",
        "@",
        "\"host\": ",
    ] {
        facts.environment = vec![("URLS".into(), text.repeat(60_000 / text.len()))].into();
        let _ = of(&facts);
    }
}

proptest! {
    #[test]
    fn nothing_in_a_container_breaks_it(
        name in "[A-Z_]{0,8}(HOST|URL)?",
        value in "(.|[:/@,= {}\"\n]|://){0,60}",
        words in prop::collection::vec("(.|[-=:;/ ]){0,20}", 0..6),
    ) {
        let mut facts = facts("hub/app");
        facts.environment = vec![(name, value.clone())].into();
        facts.command = (words.clone()).into();
        facts.labels = words.into_iter().map(|word| (format!("traefik.http.routers.{word}"), value.clone())).collect();
        for reference in of(&facts).named {
            prop_assert!(scan::as_host(&reference.host).is_some(), "{:?}", reference);
        }
    }
}
