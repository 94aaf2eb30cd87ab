import { DATA_CENTRE } from './data-centre-forms.ts';
import { DESKTOP } from './desktop-forms.ts';
import type { DomainForm } from './libvirt-domain.ts';
import { NETWORK } from './network-forms.ts';
import { PLACES } from './place-forms.ts';
import { VIRT_MANAGER } from './virt-manager-forms.ts';

/** What managers of libvirt write; test/fixtures/explain/libvirt-9-argv.txt has what libvirt 9.0 makes of each. */
export const DOMAIN_FORMS: readonly DomainForm[] = [...VIRT_MANAGER, ...DESKTOP, ...DATA_CENTRE, ...NETWORK, ...PLACES];
