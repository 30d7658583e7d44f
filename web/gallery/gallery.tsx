import '../src/styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { SyncProblem } from '#client/index.ts';
import { ActionBadge, Badge, StatusBadge } from '#web/components/badge.tsx';
import { Button, IconButton } from '#web/components/button.tsx';
import { Card, Definitions, Stat, StatList } from '#web/components/card.tsx';
import { Checkbox, RadioGroup, Switch } from '#web/components/choices.tsx';
import { type Column, DataTable } from '#web/components/data-table.tsx';
import { DayChart } from '#web/components/day-chart.tsx';
import { ConfirmDialog, Dialog } from '#web/components/dialog.tsx';
import { DiffRows } from '#web/components/diff.tsx';
import { Field, Input, NumberInput, Select, TextArea } from '#web/components/field.tsx';
import { JsonView } from '#web/components/json-view.tsx';
import { Menu, MenuItem } from '#web/components/menu.tsx';
import { Page } from '#web/components/page.tsx';
import { Progress } from '#web/components/progress.tsx';
import { SegmentedControl } from '#web/components/segmented-control.tsx';
import { EmptyState, ErrorState } from '#web/components/states.tsx';
import { Tabs } from '#web/components/tabs.tsx';
import { BusinessDay, Money } from '#web/components/text.tsx';
import { Toasts, toast } from '#web/components/toast.tsx';
import { TooltipProvider } from '#web/components/tooltip.tsx';
import { queryClient } from '#web/lib/api.ts';

/**
 * Every piece of the kit in its states, to look at while one works on it (`npm run console`, then /gallery/) and to test it.
 * Nobody is signed in here: what needs a role is disabled, as for a viewer.
 */
interface Row {
  readonly id: string;
  readonly name: string;
  readonly amount: number;
}

const rows: readonly Row[] = Array.from({ length: 10_000 }, (_, index) => ({
  id: `row-${index}`,
  name: `Order ${index + 1}`,
  amount: (index * 7919) % 10_007,
}));

const columns: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name, sortBy: ({ name }) => name, grows: true },
  {
    id: 'status',
    header: 'Status',
    cell: ({ amount }) => <StatusBadge status={amount % 7 ? 'completed' : 'failed'} />,
    from: 'sm',
  },
  {
    id: 'amount',
    header: 'Amount',
    cell: ({ amount }) => <Money amount={`${amount}.50`} currency="USD" />,
    sortBy: ({ amount }) => amount,
    align: 'end',
  },
];

const problem = new SyncProblem(409, {
  title: 'The plan is old',
  detail: 'The shop changed 3 orders since this was planned.',
  fix: 'Plan it again and confirm the new plan.',
  code: 'plan.changed_since',
  request_id: '01KATY0000000000000000',
  errors: [{ path: 'filters.date_range.start', code: 'invalid', message: 'must be a day' }],
});

function Gallery() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  return (
    <Page title="The kit" intro="What every screen is made of.">
      <Card title="Buttons and badges">
        <div className="flex flex-wrap items-center gap-2">
          <Button variant="primary" icon={RefreshCw} onClick={() => toast('Started')}>
            Primary
          </Button>
          <Button>Secondary</Button>
          <Button variant="ghost">Ghost</Button>
          <Button variant="danger">Danger</Button>
          <Button busy>Busy</Button>
          <Button needs="startSync" onClick={() => toast('Must not happen', 'bad')}>
            For managers
          </Button>
          <IconButton icon={Trash2} label="Remove" whyDisabled="It is in use" />
          <Menu trigger={<Button>Menu</Button>}>
            <MenuItem icon={RefreshCw} onSelect={() => toast('Chosen')}>
              Try again
            </MenuItem>
            <MenuItem icon={Trash2} isDestructive needs="admin" onSelect={() => undefined}>
              Delete
            </MenuItem>
          </Menu>
          {['queued', 'running', 'paused', 'completed', 'failed', 'cancelled', 'reauth_required'].map((status) => (
            <StatusBadge key={status} status={status} />
          ))}
          {['create', 'update', 'delete', 'skip'].map((action) => (
            <ActionBadge key={action} action={action} />
          ))}
          <Badge tone="accent">Sandbox</Badge>
        </div>
      </Card>
      <StatList>
        <Stat label="Sales" value={<Money amount="32180.58" currency="USD" />} hint="today" />
        <Stat label="Failures" value="3" tone="bad" />
        <Stat label="Day" value={<BusinessDay day="2026-11-28" />} />
        <Stat label="State" value="All well" tone="good" />
      </StatList>
      <Forms />
      <Dialogs />
      <Card title="Ten thousand rows" isFlush>
        <DataTable
          label="Orders"
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          rowName={({ name }) => name}
          selection={{ ids: selected, onChange: setSelected }}
        />
      </Card>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5 lg:grid-cols-2">
        <Card title="What did not work" isFlush>
          <ErrorState error={problem} onRetry={() => toast('Again')} />
        </Card>
        <Card title="Nothing yet">
          <EmptyState
            title="No schedules"
            hint="A schedule starts a sync by itself."
            action={<Button>Make one</Button>}
          />
        </Card>
        <Card title="Changes">
          <DiffRows
            fields={[
              { path: 'CustomerMemo.value', before: 'Ring once', after: 'Ring twice' },
              { path: 'Line[0].Amount', before: 12.5, after: 13 },
              { path: 'DueDate', after: '2026-12-01' },
              { path: 'PrivateNote', before: '' },
            ]}
          />
        </Card>
        <Card title="Payload">
          <JsonView
            label="Payload"
            value={{ DocNumber: '1001', Line: [{ Amount: '12.50', Description: 'Blue mug' }] }}
          />
        </Card>
        <Card title="Chart">
          <DayChart
            label="Records per day"
            isStacked
            series={[
              { id: 'written', label: 'Written', color: 'accent' },
              { id: 'failed', label: 'Failed', color: 'bad' },
            ]}
            days={Array.from({ length: 30 }, (_, index) => ({
              day: `2026-11-${String(index + 1).padStart(2, '0')}`,
              values: { written: 40 + ((index * 37) % 60), failed: index % 6 === 0 ? 7 : 0 },
            }))}
          />
        </Card>
        <Card title="Facts">
          <Definitions
            items={[
              { term: 'Started', value: '28 Nov, 18:49' },
              { term: 'By', value: 'ann@shop.example' },
            ]}
          />
          <div className="mt-4 flex flex-col gap-3">
            <Progress label="Known" percent={62} />
            <Progress label="Unknown" percent={null} />
          </div>
        </Card>
      </div>
    </Page>
  );
}

function Forms() {
  const [tab, setTab] = useState<'inputs' | 'choices'>('inputs');
  const [isOn, setIsOn] = useState(true);
  const [isChecked, setIsChecked] = useState(false);
  const [policy, setPolicy] = useState<'skip' | 'queue'>('skip');
  const [entity, setEntity] = useState('orders');
  const [view, setView] = useState<'day' | 'week'>('day');
  const [limit, setLimit] = useState<number | undefined>(50);
  const inputs = (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Store address" hint="As you open it in a browser.">
        <Input placeholder="https://shop.example" />
      </Field>
      <Field label="Consumer key" error="It begins with ck_." optional>
        <Input defaultValue="sk_123" />
      </Field>
      <Field label="What">
        <Select
          value={entity}
          onChange={setEntity}
          options={[
            { value: 'orders', label: 'Orders' },
            { value: 'customers', label: 'Customers' },
          ]}
        />
      </Field>
      <Field label="Realm">
        <Input value="9130340000" readOnly needs="admin" />
      </Field>
      <Field label="At most" hint={limit === undefined ? 'No limit' : `Stops at ${limit}`}>
        <NumberInput value={limit} onChange={setLimit} />
      </Field>
      <Field label="Note" className="sm:col-span-2">
        <TextArea />
      </Field>
    </div>
  );
  const choices = (
    <div className="flex flex-col items-start gap-4">
      <Switch checked={isOn} onChange={setIsOn} label="Switched on" />
      <Switch checked={false} onChange={() => undefined} label="For admins" needs="admin" />
      <Checkbox checked={isChecked} onChange={setIsChecked} label="Refunds too" />
      <Checkbox checked="indeterminate" onChange={() => undefined} label="Some of them" />
      <RadioGroup
        name="When it still runs"
        value={policy}
        onChange={setPolicy}
        options={[
          { value: 'skip', label: 'Leave it out', hint: 'The next one comes at its time.' },
          { value: 'queue', label: 'Wait', hint: 'It starts when the other is done.' },
        ]}
      />
      <SegmentedControl
        label="View"
        value={view}
        onChange={setView}
        options={[
          { value: 'day', label: 'Day' },
          { value: 'week', label: 'Week' },
        ]}
      />
    </div>
  );
  return (
    <Card>
      <Tabs
        label="Forms"
        value={tab}
        onChange={setTab}
        tabs={[
          { id: 'inputs', label: 'Inputs', content: inputs },
          { id: 'choices', label: 'Choices', content: choices },
        ]}
      />
    </Card>
  );
}

function Dialogs() {
  const [open, setOpen] = useState<'plain' | 'confirm'>();
  const close = () => setOpen(undefined);
  return (
    <Card title="Dialogs">
      <div className="flex gap-2">
        <Button onClick={() => setOpen('plain')}>Open a dialog</Button>
        <Button variant="danger" onClick={() => setOpen('confirm')}>
          Delete documents
        </Button>
      </div>
      <Dialog
        open={open === 'plain'}
        onClose={close}
        title="Schedule"
        description="Starts a sync by itself."
        footer={
          <Button variant="primary" onClick={close}>
            Save
          </Button>
        }
      >
        <Field label="Name">
          <Input />
        </Field>
        <Button whyDisabled="Give it a name first" className="mt-3">
          Preview
        </Button>
      </Dialog>
      <ConfirmDialog
        open={open === 'confirm'}
        onClose={close}
        onConfirm={() => {
          toast('Deleted');
          close();
        }}
        title="Delete 1,234 documents?"
        description="They go from QuickBooks. This can be undone for a while."
        confirmLabel="Delete documents"
        isDestructive
        typed={1234}
      />
    </Card>
  );
}

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={queryClient}>
      <TooltipProvider delayDuration={100}>
        <main className="p-6">
          <Gallery />
        </main>
        <Toasts />
      </TooltipProvider>
    </QueryClientProvider>,
  );
}
