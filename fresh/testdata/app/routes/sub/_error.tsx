export default () => <p class="sub-error">sub failed</p>;
