/** Every package has to name somebody. The project has no address of its own. */
export const MAINTAINER = 'Trimtab maintainers <maintainers@trimtab.invalid>';
