-- EasySale Sync warehouse, version 3: refunds, stock, marks of deletion, reports, and a description of itself.
--
-- Run it after the versions before it, the same way. It can be run again at any time.

begin;

-- ---------------------------------------------------------------------------------------------------------- tables

create table if not exists public.refunds (
  tenant_id         text        not null,
  source            text        not null,
  source_id         text        not null,
  order_source_id   text,
  order_number      text,
  currency          char(3),
  business_day      date,
  refunded_at       timestamptz,
  reason            text,
  total             numeric(19,4),
  tax_total         numeric(19,4),
  source_created_at timestamptz,
  source_updated_at timestamptz,
  deleted_at        timestamptz,
  raw               jsonb       not null,
  synced_at         timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

-- No foreign key to refunds or orders: rows may arrive in any order.
create table if not exists public.refund_lines (
  tenant_id         text        not null,
  source            text        not null,
  refund_source_id  text        not null,
  line_id           text        not null,
  position          integer,
  kind              text,
  order_line_id     text,
  product_source_id text,
  sku               text,
  name              text,
  quantity          numeric(19,4),
  total             numeric(19,4),
  tax_total         numeric(19,4),
  raw               jsonb       not null,
  source_updated_at timestamptz,
  deleted_at        timestamptz,
  synced_at         timestamptz not null default now(),
  primary key (tenant_id, source, refund_source_id, line_id)
);

create table if not exists public.inventory_levels (
  tenant_id         text        not null,
  source            text        not null,
  source_id         text        not null,
  product_source_id text,
  sku               text,
  name              text,
  quantity          numeric(19,4),
  stock_status      text,
  source_updated_at timestamptz,
  deleted_at        timestamptz,
  raw               jsonb       not null,
  synced_at         timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

-- Every table whose newest rows are kept marks deletions.
do $$
declare
  guarded regclass;
begin
  for guarded in
    select distinct t.tgrelid::regclass from pg_catalog.pg_trigger t
     where t.tgname = 'sync_keep_newest' and not t.tgisinternal
  loop
    execute format('alter table %s add column if not exists deleted_at timestamptz', guarded);
  end loop;
end
$$;

-- --------------------------------------------------------------------------------------------------------- indexes

create index if not exists refunds_changed_idx on public.refunds (tenant_id, source, source_updated_at, source_id);
create index if not exists refunds_order_idx on public.refunds (tenant_id, source, order_source_id);
create index if not exists refunds_day_idx on public.refunds (tenant_id, business_day, source, currency);
create index if not exists refund_lines_product_idx on public.refund_lines (tenant_id, source, product_source_id);
create index if not exists inventory_levels_changed_idx
  on public.inventory_levels (tenant_id, source, source_updated_at, source_id);
create index if not exists inventory_levels_sku_idx on public.inventory_levels (tenant_id, sku);

-- ---------------------------------------------------------------------------------------------------- newest wins

-- Versions and deletions of a row arrive late, twice and in any order; what is left does not depend on it. A row has the
-- content of its newest version, by the last change on the source platform, and the mark of its latest deletion, by the
-- moment it was noticed, unless the version is newer than the deletion. What is older than the stored row is dropped
-- without an error. Between a version and a deletion of the same moment the deletion holds; between two equally old
-- versions the one that comes last does, so that a corrected mapping can be written again. A version of unknown age is
-- let through, but takes neither the known age nor a mark away.
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
    new.deleted_at := greatest(new.deleted_at, old.deleted_at);
    if new.deleted_at < new.source_updated_at then
      new.deleted_at := null;
    end if;
  end if;
  new.synced_at := now();
  return new;
end
$$;

-- A line belongs to one version of its document: once a later one is stored, lines of an earlier one are dropped, and a
-- deletion of the document is one of its lines. Arguments: table of the documents, column of the line that names its
-- document. The lock makes a statement that was left behind by its caller wait for the one that overtakes it.
create or replace function public.sync_keep_with_head() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  head_id         text;
  head_updated_at timestamptz;
  head_deleted_at timestamptz;
begin
  execute format('select ($1).%I', tg_argv[1]) into head_id using new;
  execute format(
    'select source_updated_at, deleted_at from public.%I
      where tenant_id = $1 and source = $2 and source_id = $3 for share', tg_argv[0])
    into head_updated_at, head_deleted_at using new.tenant_id, new.source, head_id;
  if new.source_updated_at < head_updated_at then
    return null;
  end if;
  if head_deleted_at >= new.source_updated_at then
    new.deleted_at := greatest(new.deleted_at, head_deleted_at);
  end if;
  return new;
end
$$;

-- The other side of it: with a new version of a document, lines of earlier versions go. Arguments: table of the lines,
-- column of the line that names its document.
create or replace function public.sync_drop_older_lines() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' or new.source_updated_at is distinct from old.source_updated_at then
    execute format(
      'delete from public.%I where tenant_id = $1 and source = $2 and %I = $3 and source_updated_at < $4',
      tg_argv[0], tg_argv[1])
      using new.tenant_id, new.source, new.source_id, new.source_updated_at;
  end if;
  return null;
end
$$;

revoke all on function public.sync_keep_newest(), public.sync_keep_with_head(), public.sync_drop_older_lines()
  from public, anon, authenticated;

create or replace trigger sync_keep_newest before insert or update on public.refunds
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.refund_lines
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.inventory_levels
  for each row execute function public.sync_keep_newest();

-- Documents, their lines, and the column of a line that names its document.
do $$
declare
  head   text;
  lines  text;
  parent text;
begin
  for head, lines, parent in
    values ('orders', 'order_lines', 'order_source_id'),
           ('refunds', 'refund_lines', 'refund_source_id'),
           ('books_invoices', 'books_invoice_lines', 'document_source_id'),
           ('books_sales_receipts', 'books_sales_receipt_lines', 'document_source_id'),
           ('books_credit_memos', 'books_credit_memo_lines', 'document_source_id'),
           ('books_refund_receipts', 'books_refund_receipt_lines', 'document_source_id'),
           ('books_payments', 'books_payment_lines', 'payment_source_id'),
           ('bills', 'bill_lines', 'document_source_id')
  loop
    execute format(
      'create or replace trigger sync_keep_with_head before insert or update on public.%I
         for each row execute function public.sync_keep_with_head(%L, %L)', lines, head, parent);
    execute format(
      'create or replace trigger sync_drop_older_lines after insert or update on public.%I
         for each row execute function public.sync_drop_older_lines(%L, %L)', head, lines, parent);
  end loop;
end
$$;

-- ----------------------------------------------------------------------------------------------------------- views

-- With the rights of whoever reads them (security_invoker): row level security of the tables holds here too.

-- One row for each line of an order, with what the order says.
create or replace view public.orders_with_lines with (security_invoker = true) as
  select o.tenant_id,
         o.source,
         o.source_id            as order_source_id,
         o.order_number,
         o.status,
         o.currency,
         o.business_day,
         o.placed_at,
         o.customer_source_id,
         o.total                as order_total,
         l.line_id,
         l.position,
         l.kind,
         l.product_source_id,
         l.sku,
         l.name,
         l.quantity,
         l.unit_price,
         l.subtotal,
         l.total,
         l.tax_total
    from public.orders o
    join public.order_lines l
      on l.tenant_id = o.tenant_id and l.source = o.source and l.order_source_id = o.source_id
   where o.deleted_at is null
     and l.deleted_at is null;

-- What was given back, by the day it was given back, whenever it was sold.
create or replace view public.refunds_by_day with (security_invoker = true) as
  select tenant_id,
         source,
         business_day,
         currency,
         count(*)                    as refunds,
         coalesce(sum(total), 0)     as total,
         coalesce(sum(tax_total), 0) as tax_total
    from public.refunds
   where deleted_at is null
     and business_day is not null
   group by tenant_id, source, business_day, currency;

-- What was sold on a day less what was given back on it. Orders count that are neither deleted nor in a status in which
-- nothing was sold, as the shop's own reports have it.
create or replace view public.net_sales_by_day with (security_invoker = true) as
  with sold as (
    select tenant_id,
           source,
           business_day,
           currency,
           count(*)                         as orders,
           coalesce(sum(total), 0)          as total,
           coalesce(sum(tax_total), 0)      as tax_total,
           coalesce(sum(discount_total), 0) as discount_total,
           coalesce(sum(shipping_total), 0) as shipping_total,
           coalesce(sum(fee_total), 0)      as fee_total
      from public.orders
     where deleted_at is null
       and business_day is not null
       and coalesce(status, '') not in ('pending', 'failed', 'cancelled', 'trash', 'checkout-draft', 'auto-draft')
     group by tenant_id, source, business_day, currency
  )
  select tenant_id,
         source,
         business_day,
         currency,
         coalesce(s.orders, 0)                              as orders,
         coalesce(s.total, 0)                               as total,
         coalesce(s.tax_total, 0)                           as tax_total,
         coalesce(s.discount_total, 0)                      as discount_total,
         coalesce(s.shipping_total, 0)                      as shipping_total,
         coalesce(s.fee_total, 0)                           as fee_total,
         coalesce(r.refunds, 0)                             as refunds,
         coalesce(r.total, 0)                               as refund_total,
         coalesce(r.tax_total, 0)                           as refund_tax_total,
         coalesce(s.total, 0) - coalesce(r.total, 0)        as net_total,
         coalesce(s.tax_total, 0) - coalesce(r.tax_total, 0) as net_tax_total
    from sold s
    full join public.refunds_by_day r using (tenant_id, source, business_day, currency);

-- What is there of each article that keeps count of its stock.
create or replace view public.stock with (security_invoker = true) as
  select i.tenant_id,
         i.source,
         i.source_id,
         i.sku,
         coalesce(p.name, i.name) as name,
         i.quantity,
         i.stock_status,
         i.source_updated_at,
         i.synced_at
    from public.inventory_levels i
    left join public.products p
      on p.tenant_id = i.tenant_id and p.source = i.source and p.source_id = i.source_id and p.deleted_at is null
   where i.deleted_at is null
     and i.quantity is not null;

-- What of this warehouse is there, for whoever reads it: the API shows neither triggers nor rights. One row per table and
-- view of schema public and per function of ours. It holds names only.
create or replace view public.sync_schema_objects with (security_invoker = true) as
  select c.relname::text as name,
         case when c.relkind = 'v' then 'view' else 'table' end as kind,
         array(select a.attname::text from pg_catalog.pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns,
         array(select (select string_agg(a.attname::text, ',' order by u.at)
                         from unnest(k.conkey) with ordinality u (num, at)
                         join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num)
                 from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u')) as keys,
         array(select x.relname::text
                 from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
                where i.indrelid = c.oid and i.indisvalid) as indexes,
         array(select t.tgname::text from pg_catalog.pg_trigger t
                where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled in ('O', 'A')) as triggers,
         array(select p from unnest(array['select', 'insert', 'update', 'delete']) p
                where pg_catalog.has_table_privilege(c.oid, p)) as grants,
         case when c.relkind = 'v' then coalesce('security_invoker=true' = any (c.reloptions), false)
              else c.relrowsecurity end as protected,
         not exists (select from pg_catalog.pg_roles r
                      where r.rolname in ('anon', 'authenticated')
                        and pg_catalog.has_table_privilege(r.oid, c.oid, 'select, insert, update, delete')) as closed,
         null::text as body
    from pg_catalog.pg_class c
   where c.relnamespace = 'public'::regnamespace
     and c.relkind in ('r', 'p', 'v')
  union all
  select f.proname::text, 'function', '{}', '{}', '{}', '{}', '{}', true, true, md5(f.prosrc)
    from pg_catalog.pg_proc f
   where f.pronamespace = 'public'::regnamespace
     and f.proname like 'sync\_%'
  union all
  -- A project whose disk is full takes no writes.
  select 'read_only', 'state', '{}', '{}', '{}', '{}', '{}', true, true, s.setting
    from pg_catalog.pg_settings s
   where s.name = 'default_transaction_read_only';

-- ---------------------------------------------------------------------------------------------------------- access

alter table public.refunds          enable row level security;
alter table public.refund_lines     enable row level security;
alter table public.inventory_levels enable row level security;

revoke all on public.refunds, public.refund_lines, public.inventory_levels,
              public.orders_with_lines, public.refunds_by_day, public.net_sales_by_day, public.stock,
              public.sync_schema_objects
  from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.refunds, public.refund_lines, public.inventory_levels to service_role;
grant select on public.orders_with_lines, public.refunds_by_day, public.net_sales_by_day, public.stock,
                public.sync_schema_objects
  to service_role;

-- -------------------------------------------------------------------------------------------------------- comments

comment on table public.refunds is 'Refunds by tenant, source platform and the id there; newest version wins';
comment on table public.refund_lines is 'Lines of refunds: products, shipping, fees and taxes by their kind';
comment on table public.inventory_levels is 'Stock per article as its source platform counts it';
comment on view public.orders_with_lines is 'Lines of orders that are not deleted, with what the order says';
comment on view public.net_sales_by_day is 'Sales less refunds, per business day of the store and currency';
comment on view public.refunds_by_day is 'Refunds that are not deleted, per business day of the store and currency';
comment on view public.stock is 'What is there of each article that keeps count of its stock';
comment on view public.sync_schema_objects is 'What of the EasySale Sync warehouse is there; read when the connection is tested';
comment on column public.refunds.total is 'What was given back, positive';
comment on column public.refunds.business_day is 'Calendar day of the refund in the time zone of the store';
comment on column public.inventory_levels.quantity is 'Null where the article does not keep count';

insert into public.sync_schema (version) values (3) on conflict (version) do nothing;

commit;

-- The Data API answers 404 PGRST205 for new tables until it has read the schema again.
notify pgrst, 'reload schema';
