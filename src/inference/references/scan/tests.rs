use proptest::prelude::*;

use super::*;

fn all(text: &str, scan: fn(&str, &mut HostSink<'_>)) -> String {
    let mut all = Vec::new();
    scan(text, &mut |host, port| {
        all.push(port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")));
    });
    all.join(" ")
}

#[test]
fn hosts_of_urls_and_pairs() {
    for (text, expected) in [
        ("postgresql+asyncpg://u:p@db:5432/app?x=y:80", "db:5432"),
        ("jdbc:postgresql://db:5432/app", "db:5432"),
        ("jdbc:sqlserver://db:1433;databaseName=x", "db:1433"),
        ("jdbc:oracle:thin:@db:1521:xe", "db:1521"),
        (
            "mongodb://u:p@a:27017,b,c:27019/x?replicaSet=rs",
            "a:27017 b c:27019",
        ),
        ("http://a:1,http://b:2", "a:1 b:2"),
        ("http://a, http://b/x,http://c", "a b c"),
        ("amqp://u:p/w#x@mq:5672//", "mq:5672"),
        ("redis://:p@w@cache/0", "cache"),
        ("db+postgresql://u:p@postgres/airflow", "postgres"),
        ("u:p@tcp(db:3306)/app", "db:3306"),
        ("kafka:9092,kafka2:9092", "kafka:9092 kafka2:9092"),
        ("1@k1:9093,2@k2:9093", "k1:9093 k2:9093"),
        (
            "server.1=zoo1:2888:3888;2181 server.2=zoo2:2888:3888;2181",
            "zoo1:2888 zoo2:2888",
        ),
        ("local:redis:6379:0", "redis:6379"),
        ("es01=http://es01:2380", "es01:2380"),
        ("http://[::1]:80/ http://10.0.0.2:80", "::1:80 10.0.0.2:80"),
        (
            "redis:7 12:30:45 a:b user:1000@x ghcr.io/acme/api:8080 /data/redis:6379",
            "",
        ),
        (
            "s3://minio/x sqlite:////data/db.sqlite file:///db unix:///run/x",
            "",
        ),
        ("http://${HOST}:80/ http:// :// //db:5432/x", "db:5432"),
        (
            "[{\"url\":\"http://x:80\"}] fetch('http://y:3000/p')",
            "x:80 y:3000",
        ),
    ] {
        assert_eq!(all(text, hosts), expected, "{text}");
    }
}

#[test]
fn fields_that_hold_hosts() {
    for (text, expected) in [
        ("host=db port=5432 user=api dbname=web", "db"),
        ("pgsql:host=db;port=5432;dbname=x", "db"),
        ("Server=tcp:sql,1433;Database=app;User Id=api", "sql"),
        (
            "{\"host\": \"db\", \"port\": 5432, \"user\": \"api\"}",
            "db",
        ),
        ("-Dspring.redis.host=redis -Dname=x", "redis"),
        ("<host>zk</host><port>2181</port>", "zk"),
        ("url: http://x", ""),
        ("'host' => 'db'", "db"),
    ] {
        assert_eq!(all(text, fields), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_breaks_it(text in "(.|[:/@,\\[\\]a0 =\"]|://){0,60}") {
        let mut check = |host: &str, _port: Option<u16>| assert!(as_host(host).is_some(), "{host:?}");
        hosts(&text, &mut check);
        fields(&text, &mut check);
    }
}
