/** What QuickBooks says to a document of a closed month, and to a name it does not take. */
export const closedBooks = { code: '6200', Message: 'Account Period Closed', Detail: 'The account period has closed.' };
export const badName = {
  code: '2040',
  Message: 'Invalid String',
  Detail: 'Property Name:DisplayName has an invalid value.',
  element: 'DisplayName',
};
