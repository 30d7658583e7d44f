-- EasySale Sync warehouse, version 2: the books.
--
-- Run it after 0001, in the same ways; it can be run again at any time. What QuickBooks says of customers, items, sales,
-- payments, vendors and bills, by tenant, source and the id there. Only the secret key can read or write these tables.

begin;

-- ---------------------------------------------------------------------------------------------------------- tables

create table if not exists public.books_customers (
  tenant_id         text        not null,
  source            text        not null,
  source_id         text        not null,
  name              text,
  first_name        text,
  last_name         text,
  company           text,
  email             text,
  phone             text,
  website           text,
  address_1         text,
  address_2         text,
  city              text,
  state             text,
  postcode          text,
  country           text,
  currency          char(3),
  balance           numeric(19,5),
  active            boolean,
  taxable           boolean,
  is_job            boolean,
  parent_source_id  text,
  note              text,
  source_created_at timestamptz,
  source_updated_at timestamptz,
  deleted_at        timestamptz,
  raw               jsonb       not null,
  synced_at         timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

create table if not exists public.vendors (
  tenant_id         text        not null,
  source            text        not null,
  source_id         text        not null,
  name              text,
  first_name        text,
  last_name         text,
  company           text,
  email             text,
  phone             text,
  website           text,
  address_1         text,
  address_2         text,
  city              text,
  state             text,
  postcode          text,
  country           text,
  currency          char(3),
  balance           numeric(19,5),
  active            boolean,
  account_number    text,
  tax_identifier    text,
  is_1099           boolean,
  source_created_at timestamptz,
  source_updated_at timestamptz,
  deleted_at        timestamptz,
  raw               jsonb       not null,
  synced_at         timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

create table if not exists public.books_items (
  tenant_id         text        not null,
  source            text        not null,
  source_id         text        not null,
  name              text,
  full_name         text,
  sku               text,
  type              text,
  description       text,
  price             numeric(19,7),
  cost              numeric(19,7),
  tracks_stock      boolean,
  stock_quantity    numeric(19,7),
  taxable           boolean,
  active            boolean,
  parent_source_id  text,
  income_account    text,
  expense_account   text,
  asset_account     text,
  source_created_at timestamptz,
  source_updated_at timestamptz,
  deleted_at        timestamptz,
  raw               jsonb       not null,
  synced_at         timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

create table if not exists public.books_invoices (
  tenant_id          text        not null,
  source             text        not null,
  source_id          text        not null,
  doc_number         text,
  status             text,
  currency           char(3),
  exchange_rate      numeric(19,9),
  customer_source_id text,
  customer_name      text,
  email              text,
  business_day       date,
  due_day            date,
  subtotal           numeric(19,5),
  discount_total     numeric(19,5),
  shipping_total     numeric(19,5),
  tip_total          numeric(19,5),
  tax_total          numeric(19,5),
  total              numeric(19,5),
  home_total         numeric(19,5),
  open_total         numeric(19,5),
  payment_method     text,
  payment_reference  text,
  deposit_account    text,
  memo               text,
  note               text,
  linked             jsonb,
  source_created_at  timestamptz,
  source_updated_at  timestamptz,
  deleted_at         timestamptz,
  raw                jsonb       not null,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

-- No foreign keys, here and below: documents and their lines may arrive in any order.
create table if not exists public.books_invoice_lines (
  tenant_id          text        not null,
  source             text        not null,
  document_source_id text        not null,
  line_id            text        not null,
  position           integer,
  kind               text,
  item_source_id     text,
  item_name          text,
  account            text,
  description        text,
  quantity           numeric(19,7),
  unit_price         numeric(19,7),
  amount             numeric(19,5),
  percent            numeric(19,7),
  tax_code           text,
  source_updated_at  timestamptz,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, document_source_id, line_id)
);

-- The other sales forms have the same members. Amounts are positive on all of them: a credit memo and a refund receipt
-- give back what they say.
create table if not exists public.books_sales_receipts (
  tenant_id          text        not null,
  source             text        not null,
  source_id          text        not null,
  doc_number         text,
  status             text,
  currency           char(3),
  exchange_rate      numeric(19,9),
  customer_source_id text,
  customer_name      text,
  email              text,
  business_day       date,
  due_day            date,
  subtotal           numeric(19,5),
  discount_total     numeric(19,5),
  shipping_total     numeric(19,5),
  tip_total          numeric(19,5),
  tax_total          numeric(19,5),
  total              numeric(19,5),
  home_total         numeric(19,5),
  open_total         numeric(19,5),
  payment_method     text,
  payment_reference  text,
  deposit_account    text,
  memo               text,
  note               text,
  linked             jsonb,
  source_created_at  timestamptz,
  source_updated_at  timestamptz,
  deleted_at         timestamptz,
  raw                jsonb       not null,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

create table if not exists public.books_sales_receipt_lines (
  tenant_id          text        not null,
  source             text        not null,
  document_source_id text        not null,
  line_id            text        not null,
  position           integer,
  kind               text,
  item_source_id     text,
  item_name          text,
  account            text,
  description        text,
  quantity           numeric(19,7),
  unit_price         numeric(19,7),
  amount             numeric(19,5),
  percent            numeric(19,7),
  tax_code           text,
  source_updated_at  timestamptz,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, document_source_id, line_id)
);

create table if not exists public.books_credit_memos (
  tenant_id          text        not null,
  source             text        not null,
  source_id          text        not null,
  doc_number         text,
  status             text,
  currency           char(3),
  exchange_rate      numeric(19,9),
  customer_source_id text,
  customer_name      text,
  email              text,
  business_day       date,
  due_day            date,
  subtotal           numeric(19,5),
  discount_total     numeric(19,5),
  shipping_total     numeric(19,5),
  tip_total          numeric(19,5),
  tax_total          numeric(19,5),
  total              numeric(19,5),
  home_total         numeric(19,5),
  open_total         numeric(19,5),
  payment_method     text,
  payment_reference  text,
  deposit_account    text,
  memo               text,
  note               text,
  linked             jsonb,
  source_created_at  timestamptz,
  source_updated_at  timestamptz,
  deleted_at         timestamptz,
  raw                jsonb       not null,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

create table if not exists public.books_credit_memo_lines (
  tenant_id          text        not null,
  source             text        not null,
  document_source_id text        not null,
  line_id            text        not null,
  position           integer,
  kind               text,
  item_source_id     text,
  item_name          text,
  account            text,
  description        text,
  quantity           numeric(19,7),
  unit_price         numeric(19,7),
  amount             numeric(19,5),
  percent            numeric(19,7),
  tax_code           text,
  source_updated_at  timestamptz,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, document_source_id, line_id)
);

create table if not exists public.books_refund_receipts (
  tenant_id          text        not null,
  source             text        not null,
  source_id          text        not null,
  doc_number         text,
  status             text,
  currency           char(3),
  exchange_rate      numeric(19,9),
  customer_source_id text,
  customer_name      text,
  email              text,
  business_day       date,
  due_day            date,
  subtotal           numeric(19,5),
  discount_total     numeric(19,5),
  shipping_total     numeric(19,5),
  tip_total          numeric(19,5),
  tax_total          numeric(19,5),
  total              numeric(19,5),
  home_total         numeric(19,5),
  open_total         numeric(19,5),
  payment_method     text,
  payment_reference  text,
  deposit_account    text,
  memo               text,
  note               text,
  linked             jsonb,
  source_created_at  timestamptz,
  source_updated_at  timestamptz,
  deleted_at         timestamptz,
  raw                jsonb       not null,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

create table if not exists public.books_refund_receipt_lines (
  tenant_id          text        not null,
  source             text        not null,
  document_source_id text        not null,
  line_id            text        not null,
  position           integer,
  kind               text,
  item_source_id     text,
  item_name          text,
  account            text,
  description        text,
  quantity           numeric(19,7),
  unit_price         numeric(19,7),
  amount             numeric(19,5),
  percent            numeric(19,7),
  tax_code           text,
  source_updated_at  timestamptz,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, document_source_id, line_id)
);

create table if not exists public.books_payments (
  tenant_id          text        not null,
  source             text        not null,
  source_id          text        not null,
  reference          text,
  status             text,
  currency           char(3),
  exchange_rate      numeric(19,9),
  customer_source_id text,
  customer_name      text,
  business_day       date,
  total              numeric(19,5),
  unapplied_total    numeric(19,5),
  payment_method     text,
  deposit_account    text,
  note               text,
  source_created_at  timestamptz,
  source_updated_at  timestamptz,
  deleted_at         timestamptz,
  raw                jsonb       not null,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

create table if not exists public.books_payment_lines (
  tenant_id          text        not null,
  source             text        not null,
  payment_source_id  text        not null,
  line_id            text        not null,
  position           integer,
  amount             numeric(19,5),
  document_kind      text,
  document_source_id text,
  source_updated_at  timestamptz,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, payment_source_id, line_id)
);

create table if not exists public.bills (
  tenant_id         text        not null,
  source            text        not null,
  source_id         text        not null,
  doc_number        text,
  status            text,
  currency          char(3),
  exchange_rate     numeric(19,9),
  vendor_source_id  text,
  vendor_name       text,
  business_day      date,
  due_day           date,
  subtotal          numeric(19,5),
  tax_total         numeric(19,5),
  total             numeric(19,5),
  home_total        numeric(19,5),
  open_total        numeric(19,5),
  payable_account   text,
  note              text,
  linked            jsonb,
  source_created_at timestamptz,
  source_updated_at timestamptz,
  deleted_at        timestamptz,
  raw               jsonb       not null,
  synced_at         timestamptz not null default now(),
  primary key (tenant_id, source, source_id)
);

create table if not exists public.bill_lines (
  tenant_id          text        not null,
  source             text        not null,
  document_source_id text        not null,
  line_id            text        not null,
  position           integer,
  kind               text,
  item_source_id     text,
  item_name          text,
  account            text,
  description        text,
  quantity           numeric(19,7),
  unit_price         numeric(19,7),
  amount             numeric(19,5),
  percent            numeric(19,7),
  tax_code           text,
  source_updated_at  timestamptz,
  synced_at          timestamptz not null default now(),
  primary key (tenant_id, source, document_source_id, line_id)
);

-- --------------------------------------------------------------------------------------------------------- indexes

-- Pages by (source_updated_at, key) without an offset.
create index if not exists books_customers_changed_idx
  on public.books_customers (tenant_id, source, source_updated_at, source_id);
create index if not exists books_items_changed_idx
  on public.books_items (tenant_id, source, source_updated_at, source_id);
create index if not exists books_invoices_changed_idx
  on public.books_invoices (tenant_id, source, source_updated_at, source_id);
create index if not exists books_sales_receipts_changed_idx
  on public.books_sales_receipts (tenant_id, source, source_updated_at, source_id);
create index if not exists books_credit_memos_changed_idx
  on public.books_credit_memos (tenant_id, source, source_updated_at, source_id);
create index if not exists books_refund_receipts_changed_idx
  on public.books_refund_receipts (tenant_id, source, source_updated_at, source_id);
create index if not exists books_payments_changed_idx
  on public.books_payments (tenant_id, source, source_updated_at, source_id);
create index if not exists vendors_changed_idx
  on public.vendors (tenant_id, source, source_updated_at, source_id);
create index if not exists bills_changed_idx
  on public.bills (tenant_id, source, source_updated_at, source_id);

-- Look-ups by natural key; none is unique: the books allow one number on several documents.
create index if not exists books_customers_email_idx on public.books_customers (tenant_id, lower(email));
create index if not exists vendors_email_idx on public.vendors (tenant_id, lower(email));
create index if not exists books_items_sku_idx on public.books_items (tenant_id, sku);
create index if not exists books_invoices_number_idx on public.books_invoices (tenant_id, doc_number);
create index if not exists books_sales_receipts_number_idx on public.books_sales_receipts (tenant_id, doc_number);
create index if not exists books_credit_memos_number_idx on public.books_credit_memos (tenant_id, doc_number);
create index if not exists books_refund_receipts_number_idx on public.books_refund_receipts (tenant_id, doc_number);
create index if not exists bills_number_idx on public.bills (tenant_id, doc_number);

-- Reports.
create index if not exists books_invoices_day_idx on public.books_invoices (tenant_id, business_day, currency);
create index if not exists books_sales_receipts_day_idx
  on public.books_sales_receipts (tenant_id, business_day, currency);
create index if not exists books_credit_memos_day_idx
  on public.books_credit_memos (tenant_id, business_day, currency);
create index if not exists books_refund_receipts_day_idx
  on public.books_refund_receipts (tenant_id, business_day, currency);
create index if not exists books_payments_day_idx on public.books_payments (tenant_id, business_day, currency);
create index if not exists books_invoices_customer_idx
  on public.books_invoices (tenant_id, source, customer_source_id);
create index if not exists bills_vendor_idx on public.bills (tenant_id, source, vendor_source_id);
create index if not exists books_invoice_lines_item_idx
  on public.books_invoice_lines (tenant_id, source, item_source_id);
create index if not exists books_payment_lines_document_idx
  on public.books_payment_lines (tenant_id, source, document_kind, document_source_id);

-- ---------------------------------------------------------------------------------------------------- newest wins

create or replace trigger sync_keep_newest before insert or update on public.books_customers
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_items
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_invoices
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_sales_receipts
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_credit_memos
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_refund_receipts
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_payments
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.vendors
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.bills
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_invoice_lines
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_sales_receipt_lines
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_credit_memo_lines
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_refund_receipt_lines
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.books_payment_lines
  for each row execute function public.sync_keep_newest();
create or replace trigger sync_keep_newest before insert or update on public.bill_lines
  for each row execute function public.sync_keep_newest();

-- ----------------------------------------------------------------------------------------------------------- views

-- With the rights of whoever reads them (security_invoker): row level security of the tables holds here too.
create or replace view public.books_sales_by_day with (security_invoker = true) as
with sales as (
  select tenant_id, source, business_day, currency, total, tax_total
    from public.books_invoices where deleted_at is null and status <> 'voided'
  union all
  select tenant_id, source, business_day, currency, total, tax_total
    from public.books_sales_receipts where deleted_at is null and status <> 'voided'
  union all
  select tenant_id, source, business_day, currency, -total as total, -tax_total as tax_total
    from public.books_credit_memos where deleted_at is null and status <> 'voided'
  union all
  select tenant_id, source, business_day, currency, -total as total, -tax_total as tax_total
    from public.books_refund_receipts where deleted_at is null and status <> 'voided'
)
  select tenant_id,
         source,
         business_day,
         currency,
         count(*)                    as documents,
         coalesce(sum(total), 0)     as total,
         coalesce(sum(tax_total), 0) as tax_total
    from sales
   where business_day is not null
   group by tenant_id, source, business_day, currency;

create or replace view public.books_receivables with (security_invoker = true) as
  select tenant_id,
         source,
         source_id,
         doc_number,
         customer_source_id,
         customer_name,
         currency,
         business_day,
         due_day,
         total,
         open_total,
         greatest(0, current_date - due_day) as days_overdue
    from public.books_invoices
   where deleted_at is null
     and open_total > 0;

-- ---------------------------------------------------------------------------------------------------------- access

alter table public.books_customers            enable row level security;
alter table public.books_items                enable row level security;
alter table public.books_invoices             enable row level security;
alter table public.books_sales_receipts       enable row level security;
alter table public.books_credit_memos         enable row level security;
alter table public.books_refund_receipts      enable row level security;
alter table public.books_payments             enable row level security;
alter table public.vendors                    enable row level security;
alter table public.bills                      enable row level security;
alter table public.books_invoice_lines        enable row level security;
alter table public.books_sales_receipt_lines  enable row level security;
alter table public.books_credit_memo_lines    enable row level security;
alter table public.books_refund_receipt_lines enable row level security;
alter table public.books_payment_lines        enable row level security;
alter table public.bill_lines                 enable row level security;

revoke all on public.books_customers, public.books_items, public.books_invoices, public.books_sales_receipts,
              public.books_credit_memos, public.books_refund_receipts, public.books_payments, public.vendors,
              public.bills, public.books_invoice_lines, public.books_sales_receipt_lines,
              public.books_credit_memo_lines, public.books_refund_receipt_lines, public.books_payment_lines,
              public.bill_lines, public.books_sales_by_day, public.books_receivables
  from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.books_customers, public.books_items, public.books_invoices,
                                        public.books_sales_receipts, public.books_credit_memos,
                                        public.books_refund_receipts, public.books_payments, public.vendors,
                                        public.bills, public.books_invoice_lines, public.books_sales_receipt_lines,
                                        public.books_credit_memo_lines, public.books_refund_receipt_lines,
                                        public.books_payment_lines, public.bill_lines
  to service_role;
grant select on public.books_sales_by_day, public.books_receivables to service_role;

-- -------------------------------------------------------------------------------------------------------- comments

comment on table public.books_customers is 'Customers as the books have them; an inactive or merged one is not active';
comment on table public.vendors is 'Vendors as the books have them; an inactive or merged one is not active';
comment on table public.books_items is 'Items and item categories as the books have them';
comment on table public.books_invoices is 'Invoices of the books, whoever made them; deletion is marked, never done';
comment on table public.books_sales_receipts is 'Sales paid at once';
comment on table public.books_credit_memos is 'Credits given to customers, as positive amounts';
comment on table public.books_refund_receipts is 'Money paid back to customers, as positive amounts';
comment on table public.books_payments is 'Payments received from customers';
comment on table public.books_payment_lines is 'What a payment was applied to: invoices and credits by their kind and id';
comment on table public.books_invoice_lines is 'Lines of invoices by their kind; those with an amount add up to the total';
comment on table public.bills is 'Bills of vendors';
comment on view public.books_sales_by_day is 'Invoices and sales receipts less credits and refunds, per business day and currency';
comment on view public.books_receivables is 'Invoices with something open on them, and for how many days they are overdue';
comment on column public.books_invoices.status is 'open, overdue, paid or voided, as of the last time it was read';
comment on column public.books_invoices.open_total is 'What is still to be paid';
comment on column public.books_invoices.exchange_rate is 'Units of the home currency for one of the document';
comment on column public.books_invoices.linked is 'Documents it belongs together with: payments, estimates, by kind and id';
comment on column public.books_credit_memos.open_total is 'What of the credit is not used yet';

insert into public.sync_schema (version) values (2) on conflict (version) do nothing;

commit;

-- The Data API answers 404 PGRST205 for new tables until it has read the schema again.
notify pgrst, 'reload schema';
