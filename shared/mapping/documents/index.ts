import { type MappingDocument, mappingDocumentSchema } from '../document.ts';
import {
  posCustomerToCustomer,
  posProductToItem,
  posRefundsToBooks,
  saleToInvoice,
  saleToPayment,
  saleToSalesReceipt,
} from './pos-quickbooks.ts';
import { posCustomerToRow, posRefundToRows, saleToRows } from './pos-supabase.ts';
import { booksToTills, vendorToVendor } from './quickbooks-pos.ts';
import { booksToRows } from './quickbooks-supabase.ts';
import { customerToShop, customerToTills, productToTills } from './woocommerce-pos.ts';
import {
  customerToCustomer,
  orderToInvoice,
  orderToPayment,
  orderToSalesReceipt,
  productToItem,
} from './woocommerce-quickbooks.ts';
import { dayToInvoice, dayToSalesReceipt } from './woocommerce-quickbooks-days.ts';
import { refundsToBooks } from './woocommerce-quickbooks-refunds.ts';
import { customerToRow, orderToRows, productToRow, productToStock, refundToRows } from './woocommerce-supabase.ts';

/** The mappings that come with the product, by id. */
export const defaultMappings: ReadonlyMap<string, MappingDocument> = new Map(
  [
    customerToCustomer,
    productToItem,
    orderToInvoice,
    orderToPayment,
    orderToSalesReceipt,
    dayToSalesReceipt,
    dayToInvoice,
    ...refundsToBooks,
    customerToRow,
    productToRow,
    orderToRows,
    productToStock,
    refundToRows,
    ...booksToRows,
    ...booksToTills,
    vendorToVendor,
    productToTills,
    customerToTills,
    customerToShop,
    posCustomerToCustomer,
    posProductToItem,
    saleToSalesReceipt,
    saleToInvoice,
    saleToPayment,
    posCustomerToRow,
    saleToRows,
    ...posRefundsToBooks,
    posRefundToRows,
  ].map((document) => [document.id, mappingDocumentSchema.parse(document)]),
);
