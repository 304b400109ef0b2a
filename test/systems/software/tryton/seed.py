"""What a new Tryton database needs before anybody can sell: `python3 seed.py CONFIG DATABASE PASSWORD`.

A company, its accounts, taxes and fiscal years, currencies and countries, a carrier, and a few parties and products with stock.
"""
import datetime
import sys
from decimal import Decimal

import pycountry
from proteus import Model, Wizard, config as proteus_config

settings, database, password = sys.argv[1:4]
config = proteus_config.set_trytond(database=database, user='admin', config_file=settings)
long_ago = datetime.date(2000, 1, 1)


def make(model, **values):
    record = Model.get(model)(**values)
    record.save()
    return record


Country = Model.get('country.country')
known = {country.code for country in Country.find([])}
Country.save([
    Country(code=country.alpha_2, code3=country.alpha_3, code_numeric=country.numeric, name=country.name)
    for country in sorted(pycountry.countries, key=lambda country: country.alpha_2) if country.alpha_2 not in known])

CURRENCIES = {'EUR': ('Euro', '€', '1'), 'PLN': ('Złoty', 'zł', '4.25'), 'USD': ('U.S. Dollar', '$', '1.1'), 'GBP': ('Pound Sterling', '£', '0.85')}
currencies = {}
for code, (name, symbol, rate) in CURRENCIES.items():
    currencies[code] = make('currency.currency', code=code, name=name, symbol=symbol, rounding=Decimal('0.01'), digits=2)
    make('currency.currency.rate', currency=currencies[code], date=long_ago, rate=Decimal(rate))

setup = Wizard('company.company.config')
setup.execute('company')
setup.form.party = make('party.party', name='Example Trading')
setup.form.currency = currencies['EUR']
setup.execute('add')
company, = Model.get('company.company').find()
User = Model.get('res.user')
admin = User(config.user)
if company not in admin.companies:
    admin.companies.append(company)
admin.company = company
# A second time: while the database is made, a password that Tryton finds too weak is left out without a word.
admin.password = password
admin.save()
config._context = User.get_preferences(True, {})

# The chart of accounts that the account module brings along.
chart, = Model.get('ir.model.data').find([('module', '=', 'account'), ('fs_id', '=', 'account_template_root_en')], limit=1)
accounting = Wizard('account.create_chart')
accounting.execute('account')
accounting.form.account_template = Model.get('account.account.template')(chart.db_id)
accounting.form.company = company
accounting.execute('create_account')


def account(*domain):
    return Model.get('account.account').find([('company', '=', company.id), *domain], limit=1)[0]


accounting.form.account_receivable = account(('type.receivable', '=', True))
accounting.form.account_payable = account(('type.payable', '=', True))
accounting.execute('create_properties')
revenue, expense = account(('type.revenue', '=', True)), account(('type.expense', '=', True))
cash, tax_account = account(('name', '=', 'Main Cash')), account(('name', '=', 'Main Tax'))

Sequence, SequenceType = Model.get('ir.sequence'), Model.get('ir.sequence.type')
this_year = datetime.date.today().year
for year in (this_year, this_year + 1):
    fiscal = Model.get('account.fiscalyear')(
        name=str(year), company=company, start_date=datetime.date(year, 1, 1), end_date=datetime.date(year, 12, 31))
    move, = SequenceType.find([('name', '=', 'Account Move')], limit=1)
    numbers = Sequence(name=f'Moves {year}', sequence_type=move, company=company)
    numbers.save()
    fiscal.post_move_sequence = numbers
    invoice, = SequenceType.find([('name', '=', 'Invoice')], limit=1)
    strict = make('ir.sequence.strict', name=f'Invoices {year}', sequence_type=invoice, company=company)
    line = fiscal.invoice_sequences[0] if fiscal.invoice_sequences else fiscal.invoice_sequences.new()
    line.in_invoice_sequence = line.in_credit_note_sequence = line.out_invoice_sequence = line.out_credit_note_sequence = strict
    fiscal.save()
    fiscal.click('create_period')

journal, = Model.get('account.journal').find([('type', '=', 'cash')], limit=1)
make('account.invoice.payment.method', name='Payment provider', company=company, journal=journal, credit_account=cash, debit_account=cash)
make('account.payment.journal', name='Payment provider', company=company, currency=currencies['EUR'], process_method='manual')
term = Model.get('account.invoice.payment_term')(name='Paid at once')
term.lines.new(type='remainder')
term.save()
tax = make(
    'account.tax', name='VAT 20 %', description='VAT 20 %', company=company, type='percentage', rate=Decimal('0.20'),
    invoice_account=tax_account, credit_note_account=tax_account)
category = make('product.category', name='Taxed goods', accounting=True, account_expense=expense, account_revenue=revenue, customer_taxes=[tax])
unit, = Model.get('product.uom').find([('name', '=', 'Unit')])


def product(name, code, kind, price, **values):
    Template = Model.get('product.template')
    template = Template(name=name, code=code, default_uom=unit, type=kind, list_price=Decimal(price), account_category=category, **values)
    template.salable = True
    template.save()
    return template.products[0]


delivery = product('Delivery', 'DELIVERY', 'service', '5.00')
make('carrier', party=make('party.party', name='Parcel Carrier'), carrier_product=delivery)

goods = [product('Garden chair', 'GC-1', 'goods', '49.90'), product('Garden table', 'GT-1', 'goods', '129.00'), product('Parasol', 'PA-1', 'goods', '79.50')]
Location = Model.get('stock.location')
storage, = Location.find([('code', '=', 'STO')])
inventory = Model.get('stock.inventory')(location=storage, date=datetime.date.today())
for one, quantity in zip(goods, (100, 20, 0)):
    if quantity:
        line = inventory.lines.new()
        line.product = one
        line.quantity = quantity
inventory.save()
inventory.click('confirm')

poland, = Country.find([('code', '=', 'PL')])
germany, = Country.find([('code', '=', 'DE')])
for name, street, city, postal, country, email in (
        ('Anna Example', 'ul. Testowa 1', 'Kraków', '30-001', poland, 'anna@example.test'),
        ('Bernd Beispiel', 'Musterstraße 2', 'Köln', '50667', germany, 'bernd@example.test'),
        ('Example Hotel', 'Musterplatz 3', 'Bonn', '53111', germany, 'office@example.test')):
    party = Model.get('party.party')(name=name)
    party.addresses[0].street = street
    party.addresses[0].city = city
    party.addresses[0].postal_code = postal
    party.addresses[0].country = country
    contact = party.contact_mechanisms.new()
    contact.type = 'email'
    contact.value = email
    party.save()
