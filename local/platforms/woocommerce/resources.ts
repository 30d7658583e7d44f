import {
  createProduct,
  createVariation,
  findVariation,
  removeProduct,
  removeVariation,
  updateProduct,
  updateVariation,
} from './catalog-write.ts';
import {
  checkChange,
  checkNew,
  checkRemoval,
  createCustomer,
  findCustomer,
  removeCustomer,
  updateCustomer,
} from './customers-write.ts';
import { invalidId } from './errors.ts';
import { customerInput, orderInput, productInput, readInput, variationInput } from './input.ts';
import { createOrder, removeOrder, updateOrder } from './orders-write.ts';
import { renderOrder } from './render.ts';
import { renderCustomer, renderProduct, renderVariation, renderVariationAsProduct } from './render-catalog.ts';
import type { Rendered } from './render-common.ts';
import type { Store } from './store.ts';

/** One kind of record with the operations its routes and `/batch` share. All answer the record as rendered. */
export interface Resource {
  get(id: number): Rendered;
  create?(body: unknown): Rendered;
  update(id: number, body: unknown): Rendered;
  /** Answers the record as it was. */
  remove(id: number, force: boolean): Rendered;
  /** The same without what only the routes of single records check. */
  readonly batched?: Resource;
}

export function ordersResource(store: Store): Resource {
  const get = (id: number): Rendered => {
    const order = store.shop.orders.get(id);
    if (!order) throw invalidId('shop_order');
    return renderOrder(store, order);
  };
  return {
    get,
    create: (body) => renderOrder(store, createOrder(store, readInput(orderInput, body))),
    update: (id, body) => renderOrder(store, updateOrder(store, id, readInput(orderInput, body))),
    remove: (id, force) => {
      const before = get(id);
      removeOrder(store, id, force);
      return before;
    },
  };
}

export function productsResource(store: Store): Resource {
  const get = (id: number): Rendered => {
    const product = store.shop.products.get(id);
    if (product) return renderProduct(store, product);
    const variation = store.shop.variations.get(id);
    const parent = variation && store.shop.products.get(variation.parentId);
    if (!variation || !parent) throw invalidId('product');
    return renderVariationAsProduct(store, parent, variation);
  };
  return {
    get,
    create: (body) => renderProduct(store, createProduct(store, readInput(productInput, body))),
    update: (id, body) => renderProduct(store, updateProduct(store, id, readInput(productInput, body))),
    remove: (id, force) => {
      const before = get(id);
      removeProduct(store, id, force);
      return before;
    },
  };
}

export function variationsResource(store: Store, productId: number): Resource {
  const get = (id: number): Rendered => renderVariation(store, findVariation(store, productId, id));
  return {
    get,
    create: (body) => renderVariation(store, createVariation(store, productId, readInput(variationInput, body))),
    update: (id, body) => renderVariation(store, updateVariation(store, productId, id, readInput(productInput, body))),
    remove: (id) => {
      const before = get(id);
      removeVariation(store, productId, id);
      return before;
    },
  };
}

/** A batch checks neither the form of what it is given nor whose account it changes (class-wc-rest-controller.php). */
export function customersResource(store: Store): Resource {
  const get = (id: number): Rendered => renderCustomer(store, findCustomer(store, id));
  const batched: Resource = {
    get,
    create: (body) => renderCustomer(store, createCustomer(store, readInput(customerInput, body))),
    update: (id, body) => renderCustomer(store, updateCustomer(store, id, readInput(customerInput, body))),
    remove: (id, force) => {
      const before = get(id);
      removeCustomer(store, id, force);
      return before;
    },
  };
  return {
    get,
    create: (body) => {
      checkNew(readInput(customerInput, body));
      return batched.create?.(body) ?? {};
    },
    update: (id, body) => {
      checkChange(store, id, readInput(customerInput, body));
      return batched.update(id, body);
    },
    remove: (id, force) => {
      checkRemoval(store, id);
      return batched.remove(id, force);
    },
    batched,
  };
}
