create table if not exists endpoints (
    name       text primary key,
    owner      text not null,
    visits     bigint not null default 0,
    created_at timestamptz not null default now()
);

insert into endpoints (name, owner) values
    ('weather', 'ada'), ('papers', 'grace'), ('translations', 'edsger')
on conflict (name) do nothing;
