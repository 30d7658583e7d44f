-- EasySale Sync warehouse, version 1.
--
-- Run it in the SQL editor of the Supabase project, with `supabase db push`, or with psql as the owner of the database.
-- It can be run again at any time. Only the secret key (role service_role) can read or write these tables: row level
-- security is on and there are no policies, so publishable keys and signed-in users see nothing.

begin;

-- ---------------------------------------------------------------------------------------------------------- tables

create table if not exists public.sync_schema (
  version    integer     primary key,
  applied_at timestamptz not null default now()
);

create table if not exists public.customers (
  tenant_id         text        not null,
  source            text        not null,
  source_id         text        not null,
  email             text,
  first_name        text,
  last_name         text,
  company           text,
  phone             text,
  country           text,
  is_guest          boolean,
  source_created_at timestamptz,
  source_updated_at timestamptz,
  raw               jsonb       not null,
  synced_at         timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

create table if not exists public.products (
  tenant_id         text        not null,
  source            text        not null,
  source_id         text        not null,
  parent_source_id  text,
  kind              text,
  status            text,
  sku               text,
  name              text,
  price             numeric(19,4),
  regular_price     numeric(19,4),
  stock_quantity    numeric(19,4),
  source_created_at timestamptz,
  source_updated_at timestamptz,
  raw               jsonb       not null,
  synced_at         timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

create table if not exists public.orders (
  tenant_id          text        not null,
  source             text        not null,
  source_id          text        not null,
  order_number       text,
  status             text,
  currency           char(3),
  customer_source_id text,
  business_day       date,
  placed_at          timestamptz,
  paid_at            timestamptz,
  completed_at       timestamptz,
  subtotal           numeric(19,4),
  discount_total     numeric(19,4),
  shipping_total     numeric(19,4),
  fee_total          numeric(19,4),
  tax_total          numeric(19,4),
  total              numeric(19,4),
  refund_total       numeric(19,4),
  payment_method     text,
  payment_title      text,
  transaction_id     text,
  source_created_at  timestamptz,
  source_updated_at  timestamptz,
  deleted_at         timestamptz,
  raw                jsonb       not null,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

-- No foreign key to orders: lines and orders may arrive in any order.
create table if not exists public.order_lines (
  tenant_id         text        not null,
  source            text        not null,
  order_source_id   text        not null,
  line_id           text        not null,
  position          integer,
  kind              text,
  product_source_id text,
  sku               text,
  name              text,
  quantity          numeric(19,4),
  unit_price        numeric(19,6),
  subtotal          numeric(19,4),
  total             numeric(19,4),
  tax_total         numeric(19,4),
  raw               jsonb       not null,
  source_updated_at timestamptz,
  synced_at         timestamptz not null default now(),
  primary key (tenant_id, source, order_source_id, line_id)
);

-- --------------------------------------------------------------------------------------------------------- indexes

-- Pages by (source_updated_at, key) without an offset.
create index if not exists customers_changed_idx on public.customers (tenant_id, source, source_updated_at, source_id);
create index if not exists products_changed_idx on public.products (tenant_id, source, source_updated_at, source_id);
create index if not exists orders_changed_idx on public.orders (tenant_id, source, source_updated_at, source_id);

-- Look-ups by natural key. They are not unique: two sources may hold the same address or article number.
create index if not exists customers_email_idx on public.customers (tenant_id, lower(email));
create index if not exists products_sku_idx on public.products (tenant_id, sku);
create index if not exists orders_number_idx on public.orders (tenant_id, order_number);

-- Reports.
create index if not exists orders_day_idx on public.orders (tenant_id, business_day, source, currency);
create index if not exists orders_customer_idx on public.orders (tenant_id, source, customer_source_id);
create index if not exists order_lines_product_idx on public.order_lines (tenant_id, source, product_source_id);

-- ---------------------------------------------------------------------------------------------------- newest wins

-- Messages arrive late, twice and in any order. An update that is older than the stored row is dropped without an
-- error; an equally old one is let through, so a corrected mapping can be written again. A row that brings no time is
-- let through as well, but cannot take the known time away.
create or replace function public.sync_keep_newest() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' then
    if new.source_updated_at < old.source_updated_at then
      return null;
    end if;
    new.source_updated_at := coalesce(new.source_updated_at, old.source_updated_at);
  end if;
  new.synced_at := now();
  return new;
end
$$;

revoke all on function public.sync_keep_newest() from public, anon, authenticated;

create or replace trigger sync_keep_newest before insert or update on public.customers
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.products
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.orders
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.order_lines
  for each row execute function public.sync_keep_newest();

-- ----------------------------------------------------------------------------------------------------------- views

-- With the rights of whoever reads it (security_invoker): row level security of the tables holds here too.
create or replace view public.sales_by_day with (security_invoker = true) as
  select tenant_id,
         source,
         business_day,
         currency,
         count(*)                    as orders,
         coalesce(sum(total), 0)     as total,
         coalesce(sum(tax_total), 0) as tax_total
    from public.orders
   where deleted_at is null
     and business_day is not null
   group by tenant_id, source, business_day, currency;

-- ---------------------------------------------------------------------------------------------------------- access

alter table public.sync_schema enable row level security;
alter table public.customers   enable row level security;
alter table public.products    enable row level security;
alter table public.orders      enable row level security;
alter table public.order_lines enable row level security;

-- Older projects grant everything on new tables by themselves, newer ones nothing: both end up the same here.
revoke all on public.sync_schema, public.customers, public.products, public.orders, public.order_lines,
              public.sales_by_day
  from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.customers, public.products, public.orders, public.order_lines
  to service_role;
grant select on public.sync_schema, public.sales_by_day to service_role;

-- -------------------------------------------------------------------------------------------------------- comments

comment on table public.sync_schema is 'Versions of the EasySale Sync warehouse applied to this project';
comment on table public.customers is 'Customers by tenant, source platform and the id there; newest version wins';
comment on table public.products is 'Products and variations by tenant, source platform and the id there';
comment on table public.orders is 'Orders by tenant, source platform and the id there; deletion is marked, never done';
comment on table public.order_lines is 'Lines of orders: products, shipping, fees and taxes by their kind';
comment on view public.sales_by_day is 'Orders that are not deleted, per business day of the store and currency';
comment on column public.customers.is_guest is 'Bought without an account';
comment on column public.orders.business_day is 'Calendar day of the sale in the time zone of the store';
comment on column public.orders.refund_total is 'Sum of refunds, positive';
comment on column public.orders.raw is 'The record as the source platform sent it';
comment on column public.orders.source_updated_at is 'Last change on the source platform; decides which version is kept';
comment on column public.orders.synced_at is 'When this row was last written here; kept by a trigger, never sent';

insert into public.sync_schema (version) values (1) on conflict (version) do nothing;

commit;

-- The Data API answers 404 PGRST205 for new tables until it has read the schema again.
notify pgrst, 'reload schema';
