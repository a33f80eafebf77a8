//! Variables of well-known Compose files.

use super::*;

fn in_environment(image: &str, name: &str, value: &str) -> String {
    let mut facts = facts("hub/app");
    facts.image = image.into();
    facts.environment = vec![(name.into(), value.into())].into();
    shown(&of(&facts).named)
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
    assert_eq!(shown(&of(&backup).named), "db");
}
